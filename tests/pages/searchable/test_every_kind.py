"""The words of every kind of scan are found where their ink is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ocr_watcher.pages.searchable.compose import searchable
from ocr_watcher.pages.source import open_source
from ocr_watcher.values.page_text import PageText, PlacedWord
from tests.pages.searchable.pdf_tools import (
    box_of,
    found_in_order,
    is_sound,
    needs_poppler,
    needs_qpdf,
    overlap,
    pdfium_text,
    poppler_pages,
)
from tests.scans.corpus import FAMILIES, family

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ocr_watcher.pages.types import SourcePage
    from tests.pages.searchable.pdf_tools import Box, ShownPage
    from tests.scans.scan import Scan, TruePage

pytestmark = [needs_poppler, needs_qpdf]


def texts_of(scan: Scan) -> list[PageText]:
    return [
        PageText(number, *page.size, tuple(_lines(page)))
        for number, page in enumerate(scan.pages, 1)
    ]


def _lines(page: TruePage) -> Iterator[tuple[PlacedWord, ...]]:
    for word in page.words or ():
        yield (PlacedWord(word.words, word.corners),)


def shown_boxes(source: SourcePage, page: TruePage, shown: ShownPage) -> Iterator[tuple[str, Box]]:
    """Where the words are on the page as poppler shows it, found by decoding the page."""
    upright = source.decode(source.upright)
    to_upright = upright.to_stored.inverse()
    lies = (shown.size[0] < shown.size[1]) != (upright.image.width < upright.image.height)
    width, height = shown.size[::-1] if lies else shown.size  # poppler tells the unturned size
    across, down = width / upright.image.width, height / upright.image.height
    for word in page.words or ():
        points = [to_upright.point(*corner) for corner in word.corners]
        yield word.words, box_of((x * across, y * down) for x, y in points)


@pytest.mark.parametrize("name", FAMILIES)
def test_the_words_of_each_are_found_and_lie_on_the_ink(name: str, tmp_path: Path) -> None:
    for scan in family(name):
        if scan.pages and scan.pages[0].words:
            words_lie_on_the_ink(scan, tmp_path)


def words_lie_on_the_ink(scan: Scan, tmp_path: Path) -> None:
    """Fails, with the scan's name among what pytest shows, where a word is not on its ink."""
    pdf = searchable(scan.data, texts_of(scan))
    assert is_sound(pdf, tmp_path)
    shown = poppler_pages(pdf)
    assert len(shown) == len(scan.pages)
    for source, truth, page in zip(open_source(scan.data), scan.pages, shown, strict=True):
        words = [word.words for word in truth.words or ()]
        assert sorted(page.text) == sorted(words)
        places = list(shown_boxes(source, truth, page))
        for found, box in page.words:  # some words stand on a page twice
            assert max(overlap(place, box) for word, place in places if word == found) >= 0.7
        assert found_in_order(words, pdfium_text(pdf, source.number - 1).split()) >= 0.99
