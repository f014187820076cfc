import io
import random
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw

from ocr_watcher.engine.interface import Limits
from ocr_watcher.errors import ImageError
from ocr_watcher.pages import SUPPORTED_EXTENSIONS
from ocr_watcher.pages.fit import FittedPage, open_pages, shrink
from ocr_watcher.pages.geometry import Transform, in_original

LIMITS = Limits(frozenset({"JPEG", "PNG", "BMP"}), 15, 1000, 8_000_000)


def encoded(image: Image.Image, encoding: str, **options) -> bytes:
    target = io.BytesIO()
    image.save(target, encoding, **options)
    return target.getvalue()


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    size = width * height * len(Image.new(mode, (1, 1)).getbands())
    return Image.frombytes(mode, (width, height), random.Random(3).randbytes(size))


def fit(data: bytes, limits: Limits = LIMITS) -> FittedPage:
    (fitted,) = open_pages(data, limits)
    return fitted


def opened(fitted: FittedPage) -> Image.Image:
    """The page as an engine decodes it, which must be what the page says of itself."""
    image = Image.open(io.BytesIO(fitted.page.data))
    assert image.format == fitted.page.format
    assert image.size == (fitted.page.width, fitted.page.height)
    return image


@pytest.mark.parametrize("encoding", ["JPEG", "PNG", "BMP"])
def test_the_bytes_of_an_acceptable_file_go_untouched(encoding):
    data = encoded(noise(300, 200), encoding)
    fitted = fit(data)
    assert fitted.page.data is data
    assert (fitted.number, fitted.width, fitted.height) == (1, 300, 200)
    assert fitted.to_original == Transform()
    opened(fitted)


def test_a_page_of_exactly_the_limits_goes_untouched():
    for size in ((1000, 15), (15, 1000)):
        data = encoded(noise(*size), "PNG")
        assert fit(data).page.data is data


@pytest.mark.parametrize("encoding", ["JPEG", "PNG", "BMP"])
def test_a_page_that_is_too_large_is_reduced_to_what_fits(encoding):
    fitted = fit(encoded(noise(2400, 1200), encoding))
    assert opened(fitted).size == (1000, 500)
    assert (fitted.width, fitted.height) == (2400, 1200)


def test_a_place_on_a_reduced_page_is_found_in_the_original():
    scan = Image.new("L", (3000, 2000), "white")
    ImageDraw.Draw(scan).rectangle((600, 900, 1499, 1199), fill="black")
    fitted = fit(encoded(scan, "PNG"))
    left, top, right, bottom = (
        ImageChops.invert(opened(fitted)).point(lambda v: v > 128 and 255).getbbox()
    )
    seen = {"left": left, "top": top, "width": right - left, "height": bottom - top}
    mapped = in_original({"location": seen}, fitted.to_original)["location"]
    wanted = {"left": 600, "top": 900, "width": 900, "height": 300}
    assert all(abs(mapped[name] - wanted[name]) <= 6 for name in wanted)


def test_a_page_that_is_too_small_gets_white_paper_where_no_coordinate_moves():
    fitted = fit(encoded(Image.new("L", (40, 8), 90), "PNG"))
    image = opened(fitted)
    assert image.size == (40, 15)
    assert abs(image.getpixel((3, 3)) - 90) < 8
    assert image.getpixel((39, 14)) > 245
    assert fitted.to_original == Transform()
    assert (fitted.width, fitted.height) == (40, 8)


def test_a_strip_is_reduced_and_then_widened():
    fitted = fit(encoded(Image.new("L", (4000, 20), 90), "PNG"))
    assert opened(fitted).size == (1000, 15)
    assert fitted.to_original == Transform(4.0, 4.0)


def test_a_format_that_the_engine_does_not_take_is_encoded_anew():
    limits = Limits(frozenset({"JPEG"}), 15, 1000, 8_000_000)
    scan = noise(64, 64, "L").resize((300, 200))
    fitted = fit(encoded(scan, "BMP"), limits)
    assert fitted.page.format == "JPEG"
    assert max(ImageChops.difference(opened(fitted), scan).getextrema()) < 24


def test_grey_stays_grey():
    assert opened(fit(encoded(noise(2000, 1000, "L"), "JPEG"))).mode == "L"


def test_a_black_and_white_drawing_stays_one_as_png():
    image = opened(fit(encoded(Image.new("1", (40, 8)), "PNG")))
    assert (image.format, image.mode) == ("PNG", "1")


def test_thin_strokes_of_a_reduced_drawing_survive():
    drawing = Image.new("1", (4000, 400), "white")
    ImageDraw.Draw(drawing).line((2001, 0, 2001, 399), fill="black")
    image = opened(fit(encoded(drawing, "PNG")))
    assert image.format == "PNG"
    assert min(image.getpixel((x, 50)) for x in range(490, 510)) < 220


def test_a_drawing_becomes_a_jpeg_for_an_engine_that_takes_nothing_else():
    limits = Limits(frozenset({"JPEG"}), 15, 1000, 8_000_000)
    assert opened(fit(encoded(Image.new("1", (40, 40)), "PNG"), limits)).format == "JPEG"


def test_a_fault_shows_when_the_page_is_asked_for():
    pages = open_pages(b"", LIMITS)
    with pytest.raises(ImageError):
        next(pages)


def test_each_shrinking_is_clearly_smaller_until_nothing_could_be_read():
    fitted = fit(encoded(noise(1000, 800), "PNG"))
    sizes = [len(fitted.page.data)]
    with pytest.raises(ImageError, match="not legible") as caught:  # noqa: PT012  the last of many
        while True:
            fitted = shrink(fitted, LIMITS)
            sizes.append(len(fitted.page.data))
            assert max(opened(fitted).size) >= 512
    assert caught.value.code == "too-large"
    assert caught.value.advice
    assert len(sizes) > 2
    assert all(after <= 0.75 * before for before, after in pairwise(sizes))


def test_a_heavy_encoding_is_shrunk_without_losing_a_pixel():
    smooth = noise(60, 40).resize((900, 600), Image.Resampling.BICUBIC)
    fitted = shrink(fit(encoded(smooth, "BMP")), LIMITS)
    assert opened(fitted).size == (900, 600)
    assert fitted.to_original == Transform()


def test_places_are_found_after_any_number_of_reductions():
    fitted = shrink(shrink(fit(encoded(noise(2000, 1600), "JPEG")), LIMITS), LIMITS)
    corner = {"x": fitted.page.width, "y": fitted.page.height}
    mapped = in_original({"vertexes_location": [corner]}, fitted.to_original)
    assert mapped["vertexes_location"] == [{"x": 2000, "y": 1600}]
    assert (fitted.width, fitted.height) == (2000, 1600)


@pytest.mark.parametrize("side", [1000, 2000])
def test_what_gains_nothing_by_shrinking_is_given_up(side):
    limits = replace(LIMITS, longest_side=2000)
    blank = fit(encoded(Image.new("1", (side, side)), "PNG"), limits)
    with pytest.raises(ImageError) as caught:
        shrink(blank, limits)
    assert caught.value.code == "too-large"


def test_the_names_of_pictures_are_known_without_loading_pillow():
    script = "import sys, ocr_watcher.pages; sys.exit('PIL' in sys.modules)"
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", script], cwd=root, check=False).returncode == 0
    assert {".jpg", ".jpeg", ".png", ".bmp"} < SUPPORTED_EXTENSIONS
