from __future__ import annotations

import io
import random
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageChops, ImageDraw

from ocr_watcher.pages.encoding import encode, grey_if_grey

if TYPE_CHECKING:
    from ocr_watcher.values.page import Page

ALL = frozenset({"JPEG", "PNG", "BMP"})


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    size = width * height * len(Image.new(mode, (1, 1)).getbands())
    return Image.frombytes(mode, (width, height), random.Random(3).randbytes(size))


def photo(width: int = 900, height: int = 600) -> Image.Image:
    return noise(60, 40).resize((width, height), Image.Resampling.BICUBIC)


def drawing(mode: str = "RGB") -> Image.Image:
    image = Image.new("RGB", (900, 600), "white")
    for row in range(20, 600, 40):
        ImageDraw.Draw(image).text((20, row), "Harbour Lane 27", fill="navy")
    return image.convert(mode)


def opened(page: Page | None) -> Image.Image:
    """The picture as an engine decodes it, which must be what the page says of itself."""
    assert page is not None
    image = Image.open(io.BytesIO(page.data))
    assert (image.format, image.size) == (page.format, (page.width, page.height))
    return image


@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
def test_what_lost_nothing_so_far_loses_nothing(mode):
    image = drawing(mode)
    result = opened(encode(image, 1_000_000, ALL, lossless=True))
    assert result.format == "PNG"
    assert result.mode == mode
    assert result.tobytes() == image.tobytes()


def test_what_would_be_too_large_without_loss_becomes_a_jpeg_of_the_best_quality_that_fits():
    image = photo()
    sizes, bound = [], 300_000
    while page := encode(image, bound, ALL, lossless=True):
        assert opened(page).format == "JPEG"
        sizes.append(len(page.data))
        bound = sizes[-1] - 1
    assert len(sizes) == 4
    assert sizes[0] <= 300_000


def test_the_best_quality_is_close_to_the_picture():
    image = photo()
    result = opened(encode(image, 300_000, ALL, lossless=True))
    assert max(high for _, high in ImageChops.difference(result, image).getextrema()) < 16


def test_what_was_a_jpeg_becomes_one_again():
    assert opened(encode(photo(), 10**7, ALL, lossless=False)).format == "JPEG"


def test_flat_print_is_a_png_wherever_it_came_from():
    page = encode(drawing(), 10**7, ALL, lossless=False)
    assert opened(page).format == "PNG"


@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
def test_an_engine_that_takes_jpeg_only_gets_it(mode):
    page = encode(drawing(mode), 10**7, {"JPEG"}, lossless=True)
    assert opened(page).format == "JPEG"


def test_what_fits_in_no_quality_is_not_encoded():
    assert encode(noise(300, 300), 1000, ALL, lossless=True) is None
    assert encode(Image.new("1", (300, 300)), 10, ALL, lossless=True) is None


def test_noise_that_takes_more_than_a_byte_for_a_pixel_is_encoded_as_well(capfd):
    page = encode(noise(500, 500), 10**7, {"JPEG"}, lossless=True, qualities=(90,))
    assert opened(page).mode == "RGB"
    assert len(page.data) > 500 * 500


def test_the_same_pixels_give_the_same_bytes_whatever_the_file_told_besides():
    bare = photo().convert("L")
    told = bare.copy()
    told.info = {"comment": b"private", "transparency": 3, "dpi": (72, 72), "icc_profile": b"x"}
    for lossless in (True, False):
        one, other = (encode(image, 10**7, ALL, lossless=lossless) for image in (bare, told))
        assert one == other
    assert told.info


def in_colours(image: Image.Image, steps: int) -> Image.Image:
    return Image.merge("RGB", [image, image, image.point(lambda value: max(0, value - steps))])


@pytest.mark.parametrize("steps", [0, 4])
def test_a_picture_whose_colours_are_noise_is_grey(steps):
    grey = grey_if_grey(in_colours(photo(1000, 1300).convert("L"), steps))
    assert grey.mode == "L"


def test_a_colour_jpeg_of_a_grey_page_is_grey():
    stream = io.BytesIO()
    in_colours(photo().convert("L"), 0).save(stream, "JPEG", quality=60)
    assert grey_if_grey(Image.open(stream)).mode == "L"


@pytest.mark.parametrize("top", [0, 600, 1290])
def test_a_small_coloured_mark_keeps_the_colours(top):
    page = in_colours(photo(1000, 1300).convert("L"), 0)
    page.paste((250, 250, 220), (500, top, 503, top + 3))
    assert grey_if_grey(page) is page


def test_a_picture_full_of_colour_keeps_it():
    page = photo()
    assert grey_if_grey(page) is page


@pytest.mark.parametrize("mode", ["1", "L"])
def test_a_picture_without_colours_is_what_it_was(mode):
    page = Image.new(mode, (50, 50))
    assert grey_if_grey(page) is page
