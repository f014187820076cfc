from __future__ import annotations

import random

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont

from ocr_watcher.pages.strips.seams import blank_band

FONT = ImageFont.load_default(size=30)
PITCH = 60
END = 1200


def printed(words: str = "Rye bread 2.95  Butter 250 g", ink: int = 30, paper: int = 245):
    """A long page of equal lines; its blank bands are some twenty pixels high."""
    page = Image.new("L", (600, 2400), paper)
    draw = ImageDraw.Draw(page)
    for top in range(10, 2400, PITCH):
        draw.text((30, top), words, fill=ink, font=FONT)
    return page


def is_blank(clean: Image.Image, band: tuple[int, int] | None) -> bool:
    """Whether a page without rules and dirt is of one grey there."""
    if band is None:
        return False
    darkest, lightest = clean.crop((0, band[0], 600, band[1])).getextrema()
    return bool(darkest == lightest)


def ruled(page: Image.Image) -> Image.Image:
    page = page.copy()
    for x in (20, 300, 570):
        ImageDraw.Draw(page).line((x, 0, x, 2400), fill=0, width=3)
    return page


def on_a_dark_table(page: Image.Image) -> Image.Image:
    """As a camera sees a receipt: its edges are crooked by a degree, its lines are not."""
    page = page.copy()
    draw = ImageDraw.Draw(page)
    draw.polygon([(0, 0), (25, 0), (0, 1500)], fill=60)
    draw.polygon([(560, 0), (600, 0), (600, 2400), (601, 2400)], fill=60)
    return page


def noisy(page: Image.Image) -> Image.Image:
    random.seed(4)
    return ImageChops.add(page, Image.effect_noise(page.size, 24), 1, -140)


def shaded(page: Image.Image) -> Image.Image:
    shadow = Image.linear_gradient("L").rotate(90).resize(page.size)
    return ImageChops.multiply(page, shadow.point(lambda value: 120 + value // 2))


@pytest.mark.parametrize(
    "spoil", [lambda page: page, ruled, on_a_dark_table, noisy, shaded, ImageChops.invert]
)
def test_a_cut_lies_between_the_lines_of_a_page_however_it_was_scanned(spoil):
    clean = printed()
    band = blank_band(spoil(clean), END - 400, END)
    assert is_blank(clean, band)
    assert END - PITCH - 30 < band[0] < band[1] <= END


def test_black_and_white_and_colour_are_looked_at_alike():
    clean = printed()
    wanted = blank_band(clean, END - 400, END)
    assert is_blank(clean, wanted)
    assert blank_band(clean.convert("RGB"), END - 400, END) == wanted
    assert is_blank(clean, blank_band(clean.convert("1"), END - 400, END))


def test_a_wide_page_is_cut_between_columns():
    clean = printed()
    lying = clean.transpose(Image.Transpose.TRANSPOSE)
    assert blank_band(lying, END - 400, END) == blank_band(clean, END - 400, END)


def test_faded_print_is_seen():
    clean = printed(ink=200)
    assert is_blank(clean, blank_band(clean, END - 400, END))


def test_a_paragraph_ends_where_the_band_is_far_wider():
    page = printed()
    ImageDraw.Draw(page).rectangle((0, 900, 600, 1010), fill=245)
    first, last = blank_band(page, END - 400, END)
    assert first < 900
    assert last > 1000


def test_the_two_strokes_of_a_sign_are_not_torn_apart():
    page = Image.new("L", (600, 2400), "white")
    draw = ImageDraw.Draw(page)
    for top in range(10, 2400, PITCH):
        draw.rectangle((30, top, 60, top + 4), fill=0)
        draw.rectangle((30, top + 18, 60, top + 22), fill=0)
    band = blank_band(page, END - 400, END)
    assert band[1] - band[0] > 25


def test_where_something_is_written_everywhere_there_is_no_band():
    dense = printed()
    again = ImageChops.darker(dense, ImageChops.offset(dense, 0, PITCH // 2))
    assert blank_band(again, END - 400, END) is None


def test_noise_in_which_print_could_drown_is_never_called_blank():
    storm = Image.effect_noise((600, 2400), 200)
    assert blank_band(storm, END - 400, END) is None


def test_blank_paper_is_one_band():
    assert blank_band(Image.new("1", (600, 2400), 1), 800, END) == (800, END)
