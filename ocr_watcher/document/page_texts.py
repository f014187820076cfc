"""The text that is laid over a page, in the order in which a person reads it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ocr_watcher.document.analysis import analyse
from ocr_watcher.document.words import words_of
from ocr_watcher.values.page_text import PageText, PlacedWord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ocr_watcher.document.page import RecognisedPage
    from ocr_watcher.values.reading import Line


def page_texts(pages: Iterable[RecognisedPage]) -> list[PageText]:
    """Return the text that is laid over each page; none for a page that shows text of its own."""
    return [
        PageText(
            page.number,
            page.width,
            page.height,
            () if page.own_text else tuple(_placed(page)),
        )
        for page in pages
    ]


def _placed(page: RecognisedPage) -> Iterator[tuple[PlacedWord, ...]]:
    for row in _rows(page):
        placed: list[PlacedWord] = []
        for line in row:
            words = words_of(line, page.to_reading)
            if placed and words:
                placed[-1] = replace(placed[-1], spaced=True)
            placed += (
                PlacedWord(word.text, word.quad, spaced=number < len(words))
                for number, word in enumerate(words, 1)
            )
        if placed:
            yield tuple(placed)


def _rows(page: RecognisedPage) -> list[list[Line]]:
    found = analyse(page)
    if found is None:
        return [[line] for line in page.lines]
    return [[page.lines[index] for index in row] for rows in found.blocks for row in rows]
