import struct
import tracemalloc

import pytest
from PIL import Image, ImageChops

from ocr_watcher.errors import DoubtfulImageError, ImageError
from ocr_watcher.pages.decoding.bounds import MAX_PAGES
from ocr_watcher.pages.source import open_source, picture_of
from tests.pages.scans import SIZE, coloured, encoded, first, form

LONG = 4


def pages(*images: Image.Image, **options) -> bytes:
    return encoded(images[0], "TIFF", save_all=True, append_images=images[1:], **options)


def shades(*greys: int) -> list[Image.Image]:
    return [Image.new("L", (40 + index, 30), grey) for index, grey in enumerate(greys)]


def seen(data: bytes) -> list[int]:
    """The grey of each page."""
    return [page.decode(page.upright).image.getpixel((0, 0)) for page in open_source(data)]


def code_of(data: bytes) -> str:
    with pytest.raises(ImageError) as caught:
        next(open_source(data))
    return str(caught.value.code)


def chain(*kinds: dict[int, int], last: int = 0) -> bytes:
    """Directories of one grey pixel each, with further tags; ``last`` is where the last leads."""
    data = bytearray(b"II*\x00" + struct.pack("<I", 8))
    for index, further in enumerate(kinds):
        tags = {256: 1, 257: 1, 258: 8, 259: 1, 262: 1, 273: 4, 277: 1, 278: 1, 279: 1, **further}
        after = len(data) + 2 + 12 * len(tags) + 4
        entries = b"".join(
            struct.pack("<HHII", tag, LONG, 1, value) for tag, value in sorted(tags.items())
        )
        following = after if index + 1 < len(kinds) else last
        data += struct.pack("<H", len(tags)) + entries + struct.pack("<I", following)
    return bytes(data)


def test_every_page_comes_in_order_with_its_own_size():
    data = pages(*shades(10, 20, 30))
    assert seen(data) == [10, 20, 30]
    assert [page.number for page in open_source(data)] == [1, 2, 3]
    assert [page.stored for page in open_source(data)] == [(40, 30), (41, 30), (42, 30)]


@pytest.mark.parametrize("big", [False, True])
def test_a_bigtiff_is_read_like_any_other(big):
    assert seen(pages(*shades(10, 20), big_tiff=big, compression="tiff_lzw")) == [10, 20]


def test_pages_may_be_rendered_in_any_order():
    first_page, second_page = open_source(pages(*shades(10, 20)))
    assert second_page.decode((41, 30)).image.getpixel((0, 0)) == 20
    assert first_page.decode((40, 30)).image.getpixel((0, 0)) == 10


@pytest.mark.parametrize(
    "compression", ["raw", "group3", "group4", "tiff_ccitt", "packbits", "tiff_lzw"]
)
def test_pages_in_black_and_white_come_pixel_by_pixel(compression):
    page = form().convert("1")
    assert picture_of(pages(page, compression=compression)).tobytes() == page.tobytes()


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"])
@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGB", "RGBA", "CMYK"])
def test_pages_in_grey_and_colour_come_pixel_by_pixel(mode, compression):
    page = coloured().convert(mode)
    shown = picture_of(pages(page, compression=compression)).convert("RGB")
    assert not ImageChops.difference(shown, page.convert("RGB")).getbbox()


@pytest.mark.parametrize("mode", ["I;16", "I;16B"])
def test_more_than_eight_bits_of_grey_are_scaled_to_eight(mode):
    page = Image.new("I", (3, 1))
    for x, value in enumerate((0, 32768, 65535)):
        page.putpixel((x, 0), value)
    shown = picture_of(encoded(page.convert(mode), "TIFF"))
    assert shown.mode == "L"
    assert [shown.getpixel((x, 0)) for x in range(3)] == pytest.approx([0, 128, 255], abs=1)


def deep(bits: int, photometric: int, body: bytes, *, order: str = "<") -> bytes:
    """Three pixels of grey."""
    tags = (
        *((256, 3), (257, 1), (258, bits), (259, 1), (262, photometric), (273, 134)),
        *((277, 1), (278, 1), (279, len(body)), (339, 1)),
    )
    entries = b"".join(struct.pack(f"{order}HHII", tag, LONG, 1, value) for tag, value in tags)
    mark = b"II*\x00" if order == "<" else b"MM\x00*"
    return mark + struct.pack(f"{order}IH", 8, len(tags)) + entries + bytes(4) + body


@pytest.mark.parametrize(
    ("data", "greys"),
    [
        (deep(12, 1, bytes.fromhex("000800fff0")), [0, 128, 255]),
        (deep(16, 1, struct.pack("<3H", 0, 32768, 65535)), [0, 128, 255]),
        (deep(16, 0, struct.pack("<3H", 0, 32768, 65535)), [255, 127, 0]),
    ],
    ids=["12 bits", "16 bits", "16 bits, zero is white"],
)
def test_grey_of_more_than_eight_bits_is_as_bright_as_the_file_says(data, greys):
    assert list(picture_of(data).tobytes()) == greys


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("bits", [6, 10, 14, 24, 32])
def test_a_depth_that_is_not_read_is_named_with_what_to_do(bits, order):
    (page,) = open_source(deep(bits, 1, bytes(16), order=order))
    with pytest.raises(ImageError, match="a depth") as caught:
        page.decode((3, 1))
    assert caught.value.code == "unsupported-format"
    assert "8 bits" in caught.value.advice


def test_black_and_white_needs_no_number_of_bits_and_may_call_its_plane_one_of_several():
    tags = {256: 8, 257: 1, 259: 1, 262: 1, 273: 0, 277: 1, 278: 1, 279: 1, 284: 2}
    tags[273] = 8 + 2 + 12 * len(tags) + 4
    entries = b"".join(struct.pack("<HHII", tag, LONG, 1, value) for tag, value in tags.items())
    head = b"II*\x00" + struct.pack("<IH", 8, len(tags))
    assert seen(head + entries + bytes(4) + b"\xff") == [255]


def test_a_page_takes_no_copy_of_the_file_that_it_is_in():
    large = Image.new("L", (4000, 4000))
    data = pages(large, *shades(10), compression="raw") + bytes(64)
    packed = pages(large.convert("1"), form().convert("1"), compression="group4")
    packed += bytes(16_000_000)
    for opened in (list(open_source(data)), list(open_source(packed))):
        tracemalloc.start()
        opened[1].decode(opened[1].upright)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 1_000_000


@pytest.mark.parametrize(("photometric", "grey"), [(0, 255), (1, 0)])
def test_zero_is_white_or_black_as_the_file_says(photometric, grey):
    (page,) = open_source(chain({258: 1, 262: photometric}))
    assert page.decode((1, 1)).image.getpixel((0, 0)) == grey


def test_previews_and_masks_are_no_pages():
    data = chain({254: 1}, {}, {254: 4}, {255: 2}, {254: 2})
    assert [page.number for page in open_source(data)] == [1, 2]


def test_a_file_of_nothing_but_previews_shows_the_first():
    (page,) = open_source(chain({254: 1, 256: 1}, {254: 1, 257: 1}))
    assert page.number == 1


def test_pixels_that_are_higher_than_wide_are_stretched_to_squares():
    fax = form().convert("1")
    page = next(open_source(encoded(fax, "TIFF", compression="group3", dpi=(204, 98))))
    raster = page.decode(page.upright)
    assert (page.stored, page.upright, raster.image.size) == (SIZE, (121, 181), (121, 181))
    assert raster.image.mode == "L"
    assert raster.to_stored.point(121, 181) == pytest.approx(SIZE)


def test_pixels_that_are_wider_than_high_are_stretched_across():
    page = next(open_source(encoded(form(), "TIFF", dpi=(100, 200))))
    assert page.upright == (242, 87)
    assert page.decode((60, 22)).to_stored.point(0, 0) == (0, 0)


def test_a_fax_on_its_side_is_stretched_before_it_is_turned():
    data = encoded(form(), "TIFF", dpi=(200, 100), tiffinfo={274: 6})
    page = next(open_source(data))
    raster = page.decode(page.upright)
    assert (page.stored, page.upright, raster.image.size) == (SIZE, (174, 121), (174, 121))
    assert raster.to_stored.point(174, 0) == (0, 0)
    assert raster.to_stored.point(0, 121) == SIZE


@pytest.mark.parametrize("dpi", [(300, 300), (300, 280), (300, 40), (300, 0)])
def test_other_resolutions_stretch_nothing(dpi):
    assert next(open_source(encoded(form(), "TIFF", dpi=dpi))).upright == SIZE


def test_an_orientation_in_xmp_alone_turns_nothing():
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r tiff:Orientation="6"/></x:xmpmeta>'
    data = encoded(form(), "TIFF", tiffinfo={700: xmp})
    assert picture_of(data).size == SIZE


def test_jpeg_within_tiff_is_lossy_and_the_rest_is_not():
    assert not first(encoded(coloured(), "TIFF", compression="jpeg")).lossless
    assert first(encoded(coloured(), "TIFF", compression="tiff_lzw")).lossless


def test_a_broken_page_spoils_only_itself():
    good, bad = shades(20, 30)
    data = bytearray(pages(good, bad, compression="tiff_adobe_deflate"))
    second = data.rindex(b"\x78")
    data[second : second + 12] = bytes(12)
    opened = list(open_source(bytes(data)))
    assert opened[0].decode((40, 30)).image.getpixel((0, 0)) == 20
    with pytest.raises(ImageError) as caught:
        opened[1].decode((41, 30))
    assert caught.value.code == "damaged"


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "jpeg", "group4"])
def test_a_file_cut_off_anywhere_is_found_before_its_first_page(compression, big):
    mode = "1" if compression == "group4" else "RGB"
    image = coloured().convert(mode)
    data = pages(image, image, compression=compression, big_tiff=big)
    assert len(list(open_source(data))) == 2
    for length in range(4, len(data) - 16, 97):
        with pytest.raises(DoubtfulImageError) as caught:
            next(open_source(data[:length]))
        assert caught.value.code == "cut-off"


@pytest.mark.parametrize("offset", [1_000_000, 2**32 - 1])
def test_a_page_beyond_the_end_of_the_file_is_cut_off(offset):
    assert code_of(chain({}, last=offset)) == "cut-off"


def test_an_offset_beyond_all_numbers_is_cut_off():
    assert code_of(b"II+\x00\x08\x00\x00\x00" + b"\xff" * 8) == "cut-off"


def test_pages_that_go_round_in_a_circle_are_named():
    with pytest.raises(ImageError, match="leads back") as caught:
        next(open_source(chain({}, {}, last=8)))
    assert caught.value.code == "damaged"


def test_a_file_without_pages_and_a_page_without_a_size_are_damaged():
    assert code_of(b"II*\x00\x00\x00\x00\x00") == "damaged"
    assert code_of(chain({256: 0})) == "damaged"


def test_too_many_pages_are_refused_before_the_first_one():
    assert len(list(open_source(chain(*[{}] * MAX_PAGES)))) == MAX_PAGES
    assert code_of(chain(*[{}] * (MAX_PAGES + 1))) == "too-many-pages"
