import struct
import subprocess
import sys

import pytest
from PIL import Image

from ocr_watcher.errors import ImageError
from ocr_watcher.pages.head import Head, head_of
from tests.pages.scans import SIZE, coloured, encoded, form, oriented, png

FILES = {
    "JPEG": encoded(coloured(), "JPEG"),
    "PNG": encoded(coloured(), "PNG"),
    "BMP": encoded(coloured(), "BMP"),
}

BY_DEFAULT = pytest.approx((96, 96), abs=0.1)
"""The resolution that Pillow gives a bitmap for which it is told none."""


def is_plain(data: bytes) -> bool:
    head = head_of(data)
    assert head is not None
    return head.plain


@pytest.mark.parametrize("encoding", FILES)
def test_the_header_tells_the_format_and_the_size(encoding):
    resolution = BY_DEFAULT if encoding == "BMP" else None
    assert head_of(FILES[encoding]) == Head(encoding, SIZE, True, resolution)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB"])
@pytest.mark.parametrize("encoding", ["PNG", "BMP"])
def test_up_to_eight_bits_of_grey_palettes_and_colour_are_plain(mode, encoding):
    assert is_plain(encoded(coloured().convert(mode), encoding))


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 0}])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_common_jpegs_are_plain(mode, options):
    assert is_plain(encoded(coloured().convert(mode), "JPEG", **options))


def test_an_interlaced_png_is_plain():
    data = bytearray(png((1, 1), 8, 0, [b"\x00"]))
    data[28] = 1
    assert is_plain(bytes(data))


@pytest.mark.parametrize("encoding", FILES)
def test_what_lacks_its_end_is_not_plain(encoding):
    assert not is_plain(FILES[encoding][:-2])


@pytest.mark.parametrize("encoding", FILES)
def test_padding_behind_the_end_leaves_it_plain(encoding):
    assert is_plain(FILES[encoding] + bytes(8192))


@pytest.mark.parametrize(
    "data",
    [
        encoded(coloured().convert("CMYK"), "JPEG"),
        encoded(coloured().convert("RGBA"), "PNG"),
        encoded(form().convert("LA"), "PNG"),
        encoded(Image.new("I;16", SIZE), "PNG"),
        encoded(form(), "PNG", transparency=255),
        encoded(coloured().convert("RGBA"), "BMP"),
    ],
    ids=["CMYK", "alpha", "grey with alpha", "16 bit", "a transparent grey", "32 bit BMP"],
)
def test_what_engines_may_see_differently_is_not_plain(data):
    assert not is_plain(data)


def test_a_jpeg_of_twelve_bits_is_not_plain():
    data = bytearray(FILES["JPEG"])
    data[data.index(b"\xff\xc0") + 4] = 12
    assert not is_plain(bytes(data))


@pytest.mark.parametrize("encoding", ["JPEG", "PNG"])
@pytest.mark.parametrize(("orientation", "plain"), [(1, True), (6, False), (3, False), (9, True)])
def test_a_picture_that_is_shown_turned_is_not_plain(encoding, orientation, plain):
    assert is_plain(encoded(coloured(), encoding, exif=oriented(orientation))) is plain


def test_the_exif_of_a_png_may_come_behind_its_pixels():
    exif = (b"eXIf", oriented(6).removeprefix(b"Exif\x00\x00"))
    assert not is_plain(png((1, 1), 8, 0, [b"\x00"], late=[exif]))


@pytest.mark.parametrize(
    "exif", [b"", b"II*\x00", b"no EXIF at all", b"II*\x00\xff\xff\xff\xff", oriented(6)[6:-12]]
)
def test_a_broken_exif_block_turns_nothing(exif):
    assert is_plain(png((1, 1), 8, 0, [b"\x00"], (b"eXIf", exif)))


def test_an_exif_block_longer_than_any_is_not_looked_into():
    exif = oriented(6).removeprefix(b"Exif\x00\x00")
    assert not is_plain(png((1, 1), 8, 0, [b"\x00"], (b"eXIf", exif)))
    assert is_plain(png((1, 1), 8, 0, [b"\x00"], (b"eXIf", exif + bytes(2**16))))


def test_exif_may_have_either_order_of_bytes():
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0)
    exif = b"MM\x00*" + struct.pack(">IH", 8, 1) + entry + bytes(4)
    assert not is_plain(png((1, 1), 8, 0, [b"\x00"], (b"eXIf", exif)))


def test_an_orientation_that_is_no_number_turns_nothing():
    entry = struct.pack("<HHI4s", 0x0112, 2, 3, b"up")
    exif = b"II*\x00" + struct.pack("<IH", 8, 1) + entry + bytes(4)
    assert is_plain(png((1, 1), 8, 0, [b"\x00"], (b"eXIf", exif)))


def test_a_jpeg_may_have_fill_bytes_before_its_markers():
    data = FILES["JPEG"]
    assert head_of(data[:2] + b"\xff\xff" + data[2:]) == Head("JPEG", SIZE, plain=True)


def test_the_end_of_a_preview_is_not_the_end_of_the_file():
    data = encoded(coloured(), "JPEG", exif=b"Exif\x00\x00\xff\xd8 preview \xff\xd9")
    assert not is_plain(data[:-2])


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8\xff\xe0",
        b"\xff\xd8\xff\x01\xff\xd9",
        FILES["JPEG"].replace(struct.pack(">HH", *SIZE[::-1]), bytes(4), 1),
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\x00IEND\xaeB`\x82",
        png((0, 1), 8, 0, []),
        b"BM\x00\x00",
        FILES["BMP"][:18] + bytes(8) + FILES["BMP"][26:],
        encoded(coloured(), "GIF"),
    ],
)
def test_there_is_no_head_of_a_broken_header_or_another_format(data):
    assert head_of(data) is None


@pytest.mark.parametrize("data", [b"", b"a text"])
def test_what_is_no_picture_is_named(data):
    with pytest.raises(ImageError):
        head_of(data)


def test_a_bitmap_may_have_the_header_of_os2_and_its_first_row_first():
    pixels = bytes(2 * 8)
    core = struct.pack("<IHHHH", 12, 2, 2, 1, 24)
    assert is_plain(b"BM" + struct.pack("<IHHI", 42, 0, 0, 26) + core + pixels)
    down = bytearray(FILES["BMP"])
    data = down[:22] + struct.pack("<i", -SIZE[1]) + down[26:]
    assert head_of(bytes(data)) == Head("BMP", SIZE, True, BY_DEFAULT)


def test_a_bitmap_of_runs_is_not_plain():
    data = bytearray(FILES["BMP"])
    data[30] = 1
    assert not is_plain(bytes(data))


def test_reading_a_head_imports_no_decoder():
    script = "import sys, ocr_watcher.pages.head; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@pytest.mark.parametrize(
    ("kind", "start", "part"),
    [
        ("JPEG", 2, b"\xff\xfe\x00\x02"),
        ("PNG", 33, b"\0\0\0\0teXt\0\0\0\0"),
    ],
)
def test_a_header_is_followed_for_thousands_of_parts_and_not_for_millions(kind, start, part):
    def head_after(number: int) -> Head | None:
        return head_of(FILES[kind][:start] + number * part + FILES[kind][start:])

    assert head_after(5_000) == head_of(FILES[kind])
    far = head_after(1_000_000)
    assert far is None or not far.plain


def test_what_fills_the_room_before_a_marker_does_not_matter():
    data = FILES["JPEG"]
    for filling in (b"\xff" * 1_000_000, b"\xff\x00" * 1_000_000):
        assert head_of(data[:2] + filling + data[2:]) == head_of(data)
