from __future__ import annotations

import io
import random
from dataclasses import dataclass, field, replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageFont

from ocr_watcher.errors import ImageError
from ocr_watcher.pages.fit import fit_page, shrink
from ocr_watcher.pages.types import FittedPage, Piece, Raster, Resolution, Size
from ocr_watcher.values.geometry import Transform
from ocr_watcher.values.page import Limits
from tests.pages.in_process import open_pages

LIMITS = Limits(frozenset({"JPEG", "PNG", "BMP"}), 15, 1000, 8_000_000, 5_500_000, 1000)
FONT = ImageFont.load_default(size=30)


@dataclass
class Drawn:
    """A page of a file, of a picture that is there already."""

    image: Image.Image
    number: int = 1
    total: int = 1
    lossless: bool = True
    resolution: Resolution | None = None
    asked: list[Size] = field(default_factory=list)

    @property
    def stored(self) -> Size:
        return self.image.size

    @property
    def upright(self) -> Size:
        return self.image.size

    def decode(self, near: Size) -> Raster:
        self.asked.append(near)
        return Raster(self.image, Transform(), self.lossless)


def encoded(image: Image.Image, encoding: str, **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, encoding, **options)
    return target.getvalue()


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    size = width * height * len(Image.new(mode, (1, 1)).getbands())
    return Image.frombytes(mode, (width, height), random.Random(3).randbytes(size))


def fit(image: Image.Image, limits: Limits = LIMITS, *, lossless: bool = True) -> FittedPage:
    return fit_page(Drawn(image, lossless=lossless), limits)


def only(fitted: FittedPage) -> Piece:
    (piece,) = fitted.pieces
    return piece


def opened(piece: Piece) -> Image.Image:
    """The piece as an engine decodes it, which must be what it says of itself."""
    image = Image.open(io.BytesIO(piece.page.data))
    assert image.format == piece.page.format
    assert image.size == (piece.page.width, piece.page.height)
    return image


def dark_box(image: Image.Image) -> tuple[int, int, int, int]:
    box = image.convert("L").point(lambda value: 255 * (value < 128)).getbbox()
    assert box is not None
    return box


def box_in_stored(piece: Piece) -> list[float]:
    left, top, right, bottom = dark_box(opened(piece))
    (x0, y0), (x1, y1) = piece.to_stored.point(left, top), piece.to_stored.point(right, bottom)
    return [min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)]


def test_an_acceptable_file_goes_byte_for_byte():
    data = encoded(noise(300, 200), "JPEG")
    (fitted,) = open_pages(data, LIMITS)
    assert only(fitted).page.data is data


def test_pages_come_one_by_one_with_their_numbers_and_sizes():
    first, second = Image.new("1", (300, 200), 1), Image.new("L", (2000, 500), 200)
    data = encoded(first, "TIFF", save_all=True, append_images=[second])
    pages = open_pages(data, LIMITS)
    one, two = next(pages), next(pages)
    assert (one.number, one.width, one.height) == (1, 300, 200)
    assert (two.number, two.width, two.height) == (2, 2000, 500)
    assert opened(only(one)).size == (300, 200)
    assert next(pages, None) is None


def test_a_fault_shows_when_the_page_is_asked_for():
    pages = open_pages(b"", LIMITS)
    with pytest.raises(ImageError):
        next(pages)


def test_a_page_that_is_too_large_is_reduced_to_what_fits():
    source = Drawn(Image.new("L", (2400, 1200), 200))
    fitted = fit_page(source, LIMITS)
    assert opened(only(fitted)).size == (1000, 500)
    assert (fitted.width, fitted.height) == (2400, 1200)
    assert source.asked == [(1000, 500)]


def test_a_place_on_a_reduced_page_is_found_in_the_original_within_two_pixels():
    scan = Image.new("L", (3000, 2000), "white")
    ImageDraw.Draw(scan).rectangle((600, 900, 1499, 1199), fill="black")
    found = box_in_stored(only(fit(scan)))
    wanted = (600, 900, 1500, 1200)
    assert all(abs(one - other) <= 2 for one, other in zip(found, wanted, strict=True))


def test_a_photo_that_a_viewer_turns_is_given_upright_with_its_places_as_stored():
    stored = Image.new("L", (3000, 2000), "white")
    ImageDraw.Draw(stored).rectangle((600, 300, 1499, 1199), fill="black")
    exif = Image.Exif()
    exif[0x0112] = 6
    (fitted,) = open_pages(encoded(stored, "JPEG", exif=exif, quality=95), LIMITS)
    image = opened(only(fitted))
    assert image.size == (667, 1000)
    assert not image.getexif()
    assert (fitted.width, fitted.height) == (3000, 2000)
    found, wanted = box_in_stored(only(fitted)), (600, 300, 1500, 1200)
    assert all(abs(one - other) <= 3 for one, other in zip(found, wanted, strict=True))


def test_a_page_that_is_too_small_gets_white_paper_where_no_coordinate_moves():
    piece = only(fit(Image.new("L", (40, 8), 90)))
    image = opened(piece)
    assert image.size == (40, 15)
    assert image.getpixel((39, 7)) == 90
    assert image.getpixel((39, 8)) == image.getpixel((39, 14)) == 255
    assert piece.to_stored == Transform()


def test_a_page_both_extreme_and_tiny_is_one_piece():
    fitted = fit(Image.new("L", (3, 20_000), 90))
    assert opened(only(fitted)).size == (15, 1000)
    assert only(fitted).to_stored == Transform(xx=3.0, yy=20.0)


def test_grey_stays_grey_and_colour_without_colour_becomes_it():
    grey = noise(60, 40, "L").resize((2000, 1000))
    assert opened(only(fit(grey))).mode == "L"
    assert opened(only(fit(grey.convert("RGB")))).mode == "L"


def test_what_is_rendered_smaller_once_more_loses_the_colours_it_has_not():
    coloured = encoded(noise(900, 700, "L").convert("RGB"), "JPEG", quality=95)
    (page,) = open_pages(coloured, LIMITS)
    assert opened(only(page)).mode == "RGB"
    assert opened(shrink(only(page), LIMITS)).mode == "L"


def test_thin_strokes_of_a_reduced_drawing_survive():
    drawing = Image.new("1", (4000, 1400), 1)
    ImageDraw.Draw(drawing).line((2001, 0, 2001, 1399), fill=0)
    image = opened(only(fit(drawing)))
    assert image.format == "PNG"
    assert min(image.getpixel((x, 50)) for x in range(490, 510)) < 220


def test_what_fits_in_no_quality_loses_pixels_until_it_does():
    limits = replace(LIMITS, page_bytes=150_000)
    piece = only(fit(noise(1000, 1000)))
    smaller = only(fit(noise(1000, 1000), limits))
    assert len(piece.page.data) > 150_000 >= len(smaller.page.data)
    assert 512 <= opened(smaller).width < 1000
    width = smaller.page.width
    assert smaller.to_stored.point(width, width) == pytest.approx((1000, 1000))


def test_a_page_that_could_not_be_read_within_its_bytes_is_named():
    with pytest.raises(ImageError, match="not be legible") as caught:
        fit(noise(1000, 800), replace(LIMITS, page_bytes=5000))
    assert caught.value.code == "too-large"
    assert caught.value.advice


def receipt(length: int, pitch: int = 60, offset: int = 0) -> Image.Image:
    page = Image.new("L", (300, length), 245)
    draw = ImageDraw.Draw(page)
    for number, top in enumerate(range(10 + offset, length, pitch)):
        draw.text((20, top), f"Item {number:03} {number * 37 % 97}.50", fill=20, font=FONT)
    return page


def placed(piece: Piece) -> tuple[int, int, int, int]:
    """Where on the page a piece lies that was only cut."""
    corners = ((0, 0), (piece.page.width, piece.page.height))
    (x0, y0), (x1, y1) = (piece.to_stored.point(*corner) for corner in corners)
    return round(x0), round(y0), round(x1), round(y1)


@pytest.mark.parametrize("lies", [False, True])
def test_a_long_page_is_cut_between_its_lines_into_strips_that_are_equal_to_it(lies):
    page = receipt(5000)
    if lies:
        page = page.transpose(Image.Transpose.ROTATE_90)
    pieces = fit(page).pieces
    assert len(pieces) == 6
    assert not any(piece.shares_lines for piece in pieces)
    for piece in pieces:
        assert max(piece.page.width, piece.page.height) <= 1000
        assert opened(piece).tobytes() == page.crop(placed(piece)).tobytes()
    axis = 0 if lies else 1
    for before, after in pairwise(map(placed, pieces)):
        assert after[axis] < before[axis + 2] <= after[axis] + 40
        shared = [*page.getbbox()]
        shared[axis], shared[axis + 2] = after[axis], before[axis + 2]
        darkest, lightest = page.crop(tuple(shared)).getextrema()
        assert darkest == lightest


def dense(length: int) -> Image.Image:
    """A page whose lines leave no row blank."""
    page = receipt(length)
    for offset in (15, 30, 45):
        page = ImageChops.darker(page, receipt(length, offset=offset))
    return page


def test_a_page_without_a_blank_row_is_cut_with_its_lines_shared():
    first, *others = fit(dense(3000)).pieces
    assert not first.shares_lines
    assert all(piece.shares_lines for piece in others)
    for before, after in pairwise((first, *others)):
        assert placed(before)[3] - placed(after)[1] == 100


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 1500), st.integers(1, 1500), st.integers(200, 900))
def test_the_corners_of_every_page_are_found_exactly(width, height, longest_side):
    limits = replace(LIMITS, longest_side=longest_side, strip_side=longest_side)
    pieces = fit(Image.new("1", (width, height)), limits).pieces
    for piece in pieces:
        sides = (piece.page.width, piece.page.height)
        assert limits.shortest_side <= min(sides)
        assert max(sides) <= longest_side
    assert pieces[0].to_stored.point(0, 0) == (0, 0)
    ends = [piece.to_stored.point(piece.page.width, piece.page.height) for piece in pieces]
    assert max(x for x, _ in ends) >= width - 1e-6
    assert max(y for _, y in ends) >= height - 1e-6


def test_the_same_page_gives_the_same_bytes():
    one, other = (fit(noise(1200, 900)) for _ in range(2))
    assert one == other


def test_each_shrinking_is_clearly_smaller_until_nothing_could_be_read():
    piece = only(fit(noise(1000, 800)))
    sizes = [len(piece.page.data)]
    with pytest.raises(ImageError, match="not be legible") as caught:  # noqa: PT012  the last of many
        while True:
            piece = shrink(piece, LIMITS)
            sizes.append(len(piece.page.data))
            assert max(opened(piece).size) >= 512
    assert caught.value.code == "too-large"
    assert len(sizes) > 2
    assert all(after <= 0.75 * before for before, after in pairwise(sizes))


def test_a_heavy_encoding_is_shrunk_without_losing_a_pixel():
    smooth = noise(60, 40).resize((900, 600), Image.Resampling.BICUBIC)
    (fitted,) = open_pages(encoded(smooth, "BMP"), LIMITS)
    assert only(fitted).page.format == "BMP"
    piece = shrink(only(fitted), LIMITS)
    assert opened(piece).size == (900, 600)
    assert piece.to_stored == Transform()


def test_a_file_whose_bytes_are_all_that_is_too_much_keeps_its_pixels_and_the_best_quality():
    smooth = noise(60, 40).resize((900, 600), Image.Resampling.BICUBIC)
    data = encoded(smooth, "JPEG", quality=100, subsampling=0)
    limits = replace(LIMITS, page_bytes=len(data) - 1)
    (fitted,) = open_pages(data, limits)
    assert only(fitted).page.data is data
    piece = shrink(only(fitted), limits)
    assert opened(piece).size == (900, 600)
    assert ImageChops.difference(opened(piece), smooth).convert("L").getextrema()[1] < 12


def test_places_are_found_after_any_number_of_reductions():
    piece = shrink(shrink(only(fit(noise(2000, 1600))), LIMITS), LIMITS)
    corner = piece.to_stored.point(piece.page.width, piece.page.height)
    assert corner == pytest.approx((2000, 1600))


def test_a_strip_that_is_shrunk_is_still_a_strip():
    piece = fit(dense(3000)).pieces[1]
    smaller = shrink(piece, LIMITS)
    assert smaller.shares_lines
    assert smaller.to_stored.point(0, 0) == piece.to_stored.point(0, 0)


def test_a_light_page_that_is_refused_loses_pixels_until_nothing_could_be_read():
    limits = replace(LIMITS, longest_side=2000)
    piece = only(fit(Image.new("1", (2000, 2000)), limits))
    sides = []
    with pytest.raises(ImageError) as caught:  # noqa: PT012  the last of many
        while True:
            piece = shrink(piece, limits)
            sides.append(opened(piece).width)
    assert caught.value.code == "too-large"
    assert sides == [1280, 819, 524]
