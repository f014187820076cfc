"""The words of straight pages are found in the order in which a person reads them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.pages.searchable.pages import boxes_of, laid_on_white, moved, text_on, words_of
from tests.pages.searchable.pdf_tools import (
    found_in_order,
    needs_poppler,
    overlap,
    pdfium_text,
    poppler_pages,
    poppler_text,
)
from tests.scans.papers import letter
from tests.scans.prose import english
from tests.scans.typeset import BOLD, Sheet, Text, column, has_fonts

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.values.page_text import PageText, PlacedWord
    from tests.scans.typeset import Paper

pytestmark = [
    needs_poppler,
    pytest.mark.skipif(not has_fonts(), reason="needs fonts-dejavu-core, fonts-noto-cjk"),
]

DPI = 100


def narrow_gap() -> Paper:
    """Three columns of which some rows nearly reach the next column."""
    sheet = Sheet(dpi=DPI)
    for number in range(3):
        words = english(20 + 110 * number, 174)
        sheet.block(column(words, 57 + 165 * number, 80, 151, size=10))
    return sheet.scanned("narrow gap")


def newspaper() -> Paper:
    """Four narrow columns with headlines of their own, below a masthead of three rows."""
    sheet = Sheet(dpi=DPI)
    sheet.block([(Text(200, 40, "Morning Post", 26, BOLD),)])
    sheet.block([(Text(57, 82, "London, Monday", 9), Text(538, 82, "Twopence", 9, right=True))])
    sheet.block([(Text(95, 110, "Flood destroys the old dam in one night", 14, BOLD),)])
    for number in range(4):
        left = 57 + 124 * number
        for part in range(2):
            top = 140 + part * (170 + 11 * number)
            sheet.block([(Text(left, top, "Trains delayed", 11, BOLD),)])
            words = english(100 * number + 50 * part, 45)
            sheet.block(column(words, left, top + 18, 114, size=8))
    return sheet.scanned("newspaper")


def lower_at_the_left() -> Paper:
    """Two columns, of which the left one begins lower."""
    sheet = Sheet(dpi=DPI)
    sheet.block(column(english(20, 108), 57, 210, 227.5))
    sheet.block(column(english(130, 216), 310.5, 80, 227.5))
    return sheet.scanned("lower at the left")


def two_languages() -> Paper:
    """Paragraphs beside each other, in which a program may see the cells of a table."""
    sheet = Sheet(dpi=DPI)
    for side in range(2):
        for number in range(4):
            words = english(40 * number + 200 * side, 36)
            sheet.block(column(words, 57 + 250 * side, 80 + 100 * number, 225, size=10))
    return sheet.scanned("two languages")


def chapters() -> Paper:
    """Paragraphs under headlines."""
    sheet = Sheet(dpi=DPI)
    for number in range(4):
        top = 80 + 150 * number
        sheet.block([(Text(57, top, "The lighthouse of Kettleness", 16, BOLD),)])
        sheet.block(column(english(50 * number, 45), 57, top + 36, 480))
    return sheet.scanned("chapters")


def turned_left(text: PageText) -> PageText:
    turned = moved(text, lambda x, y: (y, text.width - x))
    return replace(turned, width=text.height, height=text.width)


def turned_right(text: PageText) -> PageText:
    turned = moved(text, lambda x, y: (text.height - y, x))
    return replace(turned, width=text.height, height=text.width)


def taller(word: PlacedWord) -> PlacedWord:
    """A word whose place is higher than its ink, by half its height on each side."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = word.quad
    above, below = (y3 - y0) / 2, (y2 - y1) / 2
    return replace(
        word, quad=((x0, y0 - above), (x1, y1 - below), (x2, y2 + below), (x3, y3 + above))
    )


def assert_read_in_order(text: PageText) -> None:
    pdf = laid_on_white(text, DPI)
    words = words_of(text)
    assert found_in_order(words, poppler_text(pdf).split()) == 1
    assert found_in_order(words, pdfium_text(pdf).split()) == 1
    found = poppler_pages(pdf)[0].words
    assert sorted(word for word, _ in found if word.strip()) == sorted(words)
    assert all(
        max(overlap(place, box) for word, box in found if word == wanted) >= 0.7
        for wanted, place in boxes_of(text, 72 / DPI)
    )


@pytest.mark.parametrize(
    "draw", [narrow_gap, lower_at_the_left, two_languages, newspaper], ids=lambda of: of.__name__
)
def test_columns_are_read_one_after_the_other(draw: Callable[[], Paper]) -> None:
    assert_read_in_order(text_on(draw(), 0))


@pytest.mark.parametrize("turned", [turned_left, turned_right], ids=lambda of: of.__name__)
def test_the_paragraphs_of_a_page_on_its_side_are_read_in_turn(
    turned: Callable[[PageText], PageText],
) -> None:
    assert_read_in_order(turned(text_on(chapters(), 0)))


@pytest.mark.parametrize("draw", [letter, chapters], ids=lambda of: of.__name__)
def test_rows_whose_places_are_higher_than_their_ink_stay_apart(draw: Callable[[], Paper]) -> None:
    text = text_on(draw(), 0)
    high = replace(text, lines=tuple(tuple(map(taller, words)) for words in text.lines))
    assert_read_in_order(high)
