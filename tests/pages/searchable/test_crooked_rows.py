"""Wide rows of a crooked page are found one after the other."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from ocr_watcher.pages.searchable.compose import searchable
from ocr_watcher.values.page_text import PageText, PlacedWord
from tests.pages.searchable.pages import (
    boxes_of,
    encoded,
    inked,
    laid_on_white,
    moved,
    text_on,
    words_of,
)
from tests.pages.searchable.pdf_tools import (
    found_in_order,
    is_sound,
    needs_poppler,
    needs_qpdf,
    overlap,
    pdfium_text,
    poppler_pages,
    poppler_text,
)
from tests.scans.papers import form, letter
from tests.scans.prose import english
from tests.scans.typeset import BOLD, Sheet, Text, column, has_fonts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.scans.typeset import Paper

    Point = tuple[float, float]

pytestmark = [
    needs_poppler,
    pytest.mark.skipif(not has_fonts(), reason="needs fonts-dejavu-core, fonts-noto-cjk"),
]

DPI = 150
ORIENTATION, TURN_RIGHT = 0x0112, 6


def wide_column() -> Paper:
    sheet = Sheet(dpi=DPI)
    sheet.block(column(english(10, 300), 57, 80, 481, size=9))
    return sheet.scanned("a wide column")


def sizes_of_type() -> Paper:
    """A headline between paragraphs, of which the last one is in small type."""
    sheet = Sheet(dpi=DPI)
    sheet.block(column(english(20, 60), 57, 80, 481))
    sheet.block([(Text(57, 200, "The second boat to the islands", 20, BOLD),)])
    sheet.block(column(english(90, 120), 57, 240, 481, size=12))
    sheet.block(column(english(300, 90), 57, 500, 481, size=8))
    return sheet.scanned("sizes of type")


def program() -> Paper:
    """Short and long rows with little between them, some of them set in."""
    sheet = Sheet(dpi=DPI)
    words = english(40, 200).split()
    lengths = [12, 3, 10, 2, 13, 4, 12, 1] * 3
    starts = [sum(lengths[:row]) for row in range(len(lengths))]
    sheet.block(
        (Text(57 + 20 * (row % 3), 60 + 12 * row, " ".join(words[at : at + length]), 9),)
        for row, (at, length) in enumerate(zip(starts, lengths, strict=True))
    )
    return sheet.scanned("program")


def letterhead() -> Paper:
    """An address beside the headline, and further rows of it below."""
    sheet = Sheet(dpi=DPI)
    sheet.block([(Text(57, 50, "Larch & Sons, Boatbuilders", 18, BOLD),)])
    address = ["Larch & Sons", "3 Kettleness Quay", "Dunmarrow DM4 7QT", "Telephone 5550 1234"]
    sheet.block([(Text(400, 50 + 13 * row, words, 9),) for row, words in enumerate(address)])
    sheet.block([(Text(57, 150, "Mr Oswin Brannock"),), (Text(57, 164, "14 Harbour Lane"),)])
    sheet.block([(Text(538, 220, "9 October 2024", right=True),)])
    sheet.block(column(english(0, 120), 57, 290, 481))
    return sheet.scanned("letterhead")


def invoice() -> Paper:
    """A sender at the left, what belongs to it at the right, and below both a wide table."""
    sheet = Sheet(dpi=DPI)
    sheet.block([(Text(57, 50, "INVOICE", 24, BOLD),)])
    sender = ["Larch & Sons", "3 Kettleness Quay", "Dunmarrow"]
    sheet.block([(Text(57, 90 + 14 * row, words),) for row, words in enumerate(sender)])
    details = ["No. 2024-0117", "Date 9 October 2024", "Customer 5512"]
    sheet.block(
        [(Text(538, 66 + 20 * row, words, right=True),) for row, words in enumerate(details)]
    )
    articles = ["Larch plank", "Copper nails", "Oil of linseed", "Rope", "Canvas"]
    sheet.block(
        [
            (Text(57, 170 + 18 * row, words), Text(538, 170 + 18 * row, f"{row}8.50", right=True))
            for row, words in enumerate(articles)
        ]
    )
    sheet.block(column(english(30, 60), 57, 300, 481, size=9))
    return sheet.scanned("invoice")


@pytest.mark.parametrize("degrees", [-3, -2, 2, 3])
@pytest.mark.parametrize(
    "draw",
    [wide_column, sizes_of_type, program, letterhead, invoice, form, letter],
    ids=lambda of: of.__name__,
)
def test_they_are_read_in_order_and_their_words_lie_on_the_ink(
    draw: Callable[[], Paper], degrees: int
) -> None:
    text = inked(text_on(draw(), degrees))
    dpi = draw().dpi
    pdf = laid_on_white(text, dpi)
    words = words_of(text)
    assert found_in_order(words, poppler_text(pdf).split()) == 1
    assert found_in_order(words, pdfium_text(pdf).split()) == 1
    found = [(word, box) for word, box in poppler_pages(pdf)[0].words if word.strip()]
    assert sorted(word for word, _ in found) == sorted(words)
    places = boxes_of(text, 72 / dpi)
    near = sum(
        max(overlap(place, box) for word, box in found if word == wanted) >= 0.7
        for wanted, place in places
    )
    assert near >= 0.99 * len(places)


def test_they_are_on_a_page_that_is_stored_on_its_side() -> None:
    upright = text_on(wide_column(), 3)
    stored = moved(upright, lambda x, y: (y, upright.width - x))
    exif = Image.Exif()
    exif[ORIENTATION] = TURN_RIGHT
    sheet = Image.new("L", (upright.height, upright.width), 255)
    pdf = searchable(
        encoded(sheet, "JPEG", dpi=(DPI, DPI), exif=exif),
        [PageText(1, *sheet.size, stored.lines)],
    )
    assert found_in_order(words_of(upright), poppler_text(pdf).split()) == 1
    assert found_in_order(words_of(upright), pdfium_text(pdf).split()) == 1


@pytest.mark.parametrize("degrees", [-3, 3])
def test_written_words_that_lean_each_in_its_way_are(degrees: int) -> None:
    sheet = Sheet(dpi=DPI)
    sheet.block(column(english(0, 160), 57, 80, 481, size=14))
    text = written(text_on(sheet.scanned("written"), degrees))
    pdf = laid_on_white(text, DPI)
    assert found_in_order(words_of(text), poppler_text(pdf).split()) == 1
    assert found_in_order(words_of(text), pdfium_text(pdf).split()) == 1


def written(text: PageText) -> PageText:
    """The words as if each was written a little higher or lower, and leaned otherwise."""
    chance = random.Random(5)

    def word_of(word: PlacedWord) -> PlacedWord:
        (alone,) = moved(PageText(1, 0, 0, ((word,),)), _about(word, chance)).lines
        return alone[0]

    lines = tuple(tuple(map(word_of, line)) for line in text.lines)
    return PageText(text.number, text.width, text.height, lines)


def _about(word: PlacedWord, chance: random.Random) -> Callable[[float, float], Point]:
    lean, rise = math.radians(chance.gauss(0, 2)), chance.gauss(0, 4)
    x0, y0 = (sum(along) / 4 for along in zip(*word.quad, strict=True))
    return lambda x, y: (
        x0 + (x - x0) * math.cos(lean) - (y - y0) * math.sin(lean),
        y0 + (x - x0) * math.sin(lean) + (y - y0) * math.cos(lean) + rise,
    )


@needs_qpdf
def test_a_blank_without_width_is_sound(tmp_path: Path) -> None:
    pdf = laid_on_white(text_on(wide_column(), 3), DPI)
    assert any(not word.strip() for word in poppler_pages(pdf)[0].text)
    assert is_sound(pdf, tmp_path)


def test_rows_that_lie_over_each_other_are_found_without_ties() -> None:
    text = text_on(wide_column(), 3)
    twice = PageText(1, text.width, text.height, (*text.lines, text.lines[-1]))
    pdf = laid_on_white(twice, DPI)
    found = poppler_pages(pdf)[0].words
    assert not any(box[0] == box[2] for _, box in found)
    assert {word for word, _ in found if word.strip()} == set(words_of(text))
