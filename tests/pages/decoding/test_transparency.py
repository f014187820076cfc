import struct

import pytest
from PIL import Image, ImageChops

from tests.pages.scans import coloured, encoded, first, png


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (png((4, 1), 2, 0, [b"\x1b"], (b"tRNS", b"\x00\x01")), [0, 255, 170, 255]),
        (png((4, 1), 8, 0, [b"\x00\x32\x64\xc8"], (b"tRNS", b"\x00\x00")), [255, 50, 100, 200]),
        (png((2, 1), 8, 4, [b"\x00\xff\x00\x00"]), [0, 255]),
        (
            png((3, 1), 16, 0, [struct.pack(">3H", 0, 32768, 65535)], (b"tRNS", b"\x00\x00")),
            [255, 128, 255],
        ),
    ],
    ids=["two bits", "eight bits", "alpha", "sixteen bits"],
)
def test_transparent_grey_lies_on_white_paper(data, expected):
    raster = first(data)
    assert raster.image.mode == "L"
    assert list(raster.image.tobytes()) == expected


@pytest.mark.parametrize(
    "data",
    [
        png((2, 1), 8, 6, [bytes([1, 2, 3, 255, 1, 2, 3, 0])]),
        png((2, 1), 8, 2, [bytes([1, 2, 3, 7, 7, 7])], (b"tRNS", struct.pack(">3H", 7, 7, 7))),
        png(
            (2, 1),
            16,
            2,
            [struct.pack(">6H", 256, 512, 768, 0x0700, 0x0800, 0x0900)],
            (b"tRNS", struct.pack(">3H", 0x0700, 0x0800, 0x0900)),
        ),
        png((2, 1), 16, 6, [struct.pack(">8H", 257, 514, 771, 65535, 0, 0, 0, 0)]),
        png(
            (2, 1),
            8,
            3,
            [b"\x00\x01"],
            (b"PLTE", bytes([1, 2, 3, 9, 9, 9])),
            (b"tRNS", b"\xff\x00"),
        ),
    ],
    ids=["alpha", "a transparent colour", "one of 16 bits", "16 bit alpha", "a palette"],
)
def test_transparent_colour_lies_on_white_paper(data):
    image = first(data).image
    assert [image.getpixel((x, 0)) for x in range(2)] == [(1, 2, 3), (255, 255, 255)]


@pytest.mark.parametrize("encoding", ["GIF", "WEBP", "TIFF"])
def test_what_is_transparent_in_other_formats_lies_on_white_paper_too(encoding):
    glass = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    glass.paste((0, 0, 0, 255), (0, 0, 4, 8))
    options = {"lossless": True} if encoding == "WEBP" else {}
    image = first(encoded(glass, encoding, **options)).image
    assert image.convert("L").tobytes() == (b"\x00" * 4 + b"\xff" * 4) * 8


@pytest.mark.parametrize("shade", [(0, 0, 0), (90, 0, 0)])
def test_what_the_first_picture_of_a_gif_does_not_cover_is_white(shade):
    data = bytearray(encoded(Image.new("RGB", (4, 4), shade), "GIF"))
    data[6:10] = struct.pack("<HH", 9, 6)
    image = first(bytes(data)).image
    assert image.size == (9, 6)
    assert image.crop((0, 0, 4, 4)).getcolors() == [(16, shade)]
    assert {image.crop(box).getcolors()[0][1] for box in ((4, 0, 9, 6), (0, 4, 9, 6))} == {
        (255, 255, 255)
    }


def bitmap_with_alpha(*pixels: bytes) -> bytes:
    """A row of pixels in blue, green, red and alpha, as the header's masks say."""
    masks = struct.pack("<4I", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    head = struct.pack("<IiiHHI20x", 108, len(pixels), 1, 1, 32, 3) + masks + bytes(52)
    return b"BM" + struct.pack("<I4xI", 122 + 4 * len(pixels), 122) + head + b"".join(pixels)


def test_the_fourth_byte_of_a_bitmap_is_padding_where_nothing_says_otherwise():
    clear = coloured().convert("RGBA")
    clear.putalpha(0)
    assert not ImageChops.difference(first(encoded(clear, "BMP")).image, coloured()).getbbox()


def test_the_alpha_of_a_bitmap_is_padding_where_it_is_nothing_but_zero():
    image = first(bitmap_with_alpha(b"\x01\x02\x03\x00", b"\x04\x05\x06\x00")).image
    assert [image.getpixel((x, 0)) for x in range(2)] == [(3, 2, 1), (6, 5, 4)]


def test_the_alpha_of_a_bitmap_is_heeded_where_some_of_it_is_opaque():
    image = first(bitmap_with_alpha(b"\x01\x02\x03\xff", b"\x04\x05\x06\x00")).image
    assert [image.getpixel((x, 0)) for x in range(2)] == [(3, 2, 1), (255, 255, 255)]
