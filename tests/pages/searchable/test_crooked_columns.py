"""Columns of a crooked page are found one after the other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from ocr_watcher.pages.searchable.compose import searchable
from ocr_watcher.values.page_text import PageText
from tests.pages.searchable.pages import (
    boxes_of,
    encoded,
    laid_on_white,
    moved,
    text_on,
    words_of,
)
from tests.pages.searchable.pdf_tools import (
    found_in_order,
    needs_poppler,
    overlap,
    pdfium_text,
    poppler_pages,
    poppler_text,
)
from tests.scans.papers import headline, two_columns
from tests.scans.prose import english
from tests.scans.typeset import BOLD, Sheet, Text, column, has_fonts

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.scans.typeset import Paper

pytestmark = [
    needs_poppler,
    pytest.mark.skipif(not has_fonts(), reason="needs fonts-dejavu-core, fonts-noto-cjk"),
]

DPI = 150
ORIENTATION, TURN_RIGHT = 0x0112, 6
"""EXIF's tag and its value for a page whose upper edge is stored at the left."""


def beside_a_picture() -> Paper:
    """Two columns, of which the left one begins lower."""
    sheet = Sheet(dpi=DPI)
    sheet.picture(57, 80, 287, 290)
    sheet.block(column(english(20, 120), 57, 300, 230))
    sheet.block(column(english(180, 160), 305, 80, 230))
    return sheet.scanned("beside a picture")


def four_columns() -> Paper:
    sheet = Sheet(dpi=DPI)
    for number in range(4):
        sheet.block(column(english(60 * number, 60), 57 + 125 * number, 80, 105, size=9))
    return sheet.scanned("four columns")


def newspaper() -> Paper:
    """Five columns below a headline, above a footer as wide as the page."""
    sheet = Sheet(dpi=DPI)
    sheet.block([(Text(57, 50, "Second boat for the northern islands", 22, BOLD),)])
    for number in range(5):
        sheet.block(column(english(60 * number, 60), 57 + 99 * number, 90, 85, size=8))
    sheet.block(column(english(400, 30), 57, 430, 481, size=8))
    return sheet.scanned("newspaper")


def open_book() -> Paper:
    """Two pages beside each other, whose rows are so wide that they rise by a line."""
    sheet = Sheet(dpi=DPI, size=(842, 595))
    sheet.block(column(english(0, 160), 60, 60, 330, size=10))
    sheet.block(column(english(230, 160), 450, 60, 330, size=10))
    return sheet.scanned("open book")


def laid(text: PageText) -> bytes:
    return laid_on_white(text, DPI)


@pytest.mark.parametrize("degrees", [-3, -1, 1, 3])
@pytest.mark.parametrize(
    "draw",
    [two_columns, headline, beside_a_picture, four_columns, newspaper, open_book],
    ids=lambda of: of.__name__,
)
def test_they_are_read_one_after_the_other_and_their_words_lie_on_the_ink(
    draw: Callable[[], Paper], degrees: int
) -> None:
    text = text_on(draw(), degrees)
    pdf = laid(text)
    words = words_of(text)
    assert found_in_order(words, poppler_text(pdf).split()) >= 0.99
    rows = [" ".join(word.text for word in line) for line in text.lines]
    assert found_in_order(words, pdfium_text(pdf).split()) == 1
    if draw is not open_book:  # PDFium joins rows that rise by a line
        assert [line for line in pdfium_text(pdf).splitlines() if line.strip()] == rows
    found = poppler_pages(pdf)[0].words
    places = boxes_of(text, 72 / DPI)
    assert sorted(word for word, _ in found if word.strip()) == sorted(words)
    near = sum(
        max(overlap(place, box) for word, box in found if word == wanted) >= 0.7
        for wanted, place in places
    )
    assert near >= 0.99 * len(places)


@pytest.mark.parametrize("degrees", [-3, 3])
def test_they_are_on_a_page_that_is_stored_on_its_side(degrees: int) -> None:
    upright = text_on(two_columns(), degrees)
    stored = moved(upright, lambda x, y: (y, upright.width - x))
    exif = Image.Exif()
    exif[ORIENTATION] = TURN_RIGHT
    sheet = Image.new("L", (upright.height, upright.width), 255)
    pdf = searchable(
        encoded(sheet, "JPEG", dpi=(DPI, DPI), exif=exif),
        [PageText(1, *sheet.size, stored.lines)],
    )
    assert found_in_order(words_of(upright), poppler_text(pdf).split()) >= 0.99
    assert found_in_order(words_of(upright), pdfium_text(pdf).split()) == 1


@pytest.mark.parametrize("draw", [two_columns, headline], ids=lambda of: of.__name__)
def test_nothing_is_added_to_a_straight_page(draw: Callable[[], Paper]) -> None:
    text = text_on(draw(), 0)
    pdf = laid(text)
    assert sorted(poppler_pages(pdf)[0].text) == sorted(words_of(text))
    assert found_in_order(words_of(text), pdfium_text(pdf).split()) >= 0.99


@pytest.mark.timeout(20)
def test_a_place_far_from_the_page_takes_no_ties_without_end() -> None:
    text = text_on(two_columns(), 3)
    half = len(text.lines) // 2 - 1  # the end of the first column
    far = moved(replace(text, lines=text.lines[half : half + 1]), lambda x, y: (x, y + 1e9))
    content = laid(replace(text, lines=(*text.lines[:half], *far.lines, *text.lines[half + 1 :])))
    assert len(content) < len(laid(text))
