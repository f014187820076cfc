"""Renders a document as text, in one of the layouts of the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.document.analysis import analyse
from ocr_watcher.document.column_ends import paragraphs_of
from ocr_watcher.document.paragraphs import Block, lines_of, told_paragraphs
from ocr_watcher.document.spacing import Spacing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from ocr_watcher.document.page import RecognisedPage


def text_of(pages: Iterable[RecognisedPage], layout: str) -> bytes:
    """Render the text: a form feed between pages, in UTF-8.

    Args:
        pages: The pages, in order.
        layout: A key of `LAYOUTS`.
    """
    rendered = ("".join(f"{line}\n" for line in LAYOUTS[layout](page)) for page in pages)
    return "\f".join(rendered).encode("utf-8", "replace")


def _lines(page: RecognisedPage) -> Iterable[str]:
    """Yield each recognised line by itself, in the engine's order."""
    return page.texts


def _rows(page: RecognisedPage) -> Iterator[str]:
    """Yield one line for each row, column after column."""
    words, found = page.texts, analyse(page)
    if found is None:
        yield from words
        return
    for rows in found.blocks:
        yield from map(Spacing.of(found.boxes, words, rows).text, rows)


def _paragraphs(page: RecognisedPage) -> Iterator[str]:
    """Yield each paragraph as one line, with an empty line between two.

    A table has a line for each of its rows, and no empty line within it.
    """
    for number, lines in enumerate(_paragraphs_of(page)):
        if number:
            yield ""
        yield from lines


def _paragraphs_of(page: RecognisedPage) -> Iterator[list[str]]:
    words, found = page.texts, analyse(page)
    if found is None:
        yield from told_paragraphs(page)
        return
    blocks = (Block.of(found.boxes, words, rows) for rows in found.blocks)
    for rows in paragraphs_of(blocks):
        lines = lines_of(rows)
        # No text goes on behind a row of a stanza, so that each is a paragraph.
        yield from ([line] for line in lines) if rows[0].ends_line else [lines]


LAYOUTS: Mapping[str, Callable[[RecognisedPage], Iterable[str]]] = {
    "rows": _rows,
    "paragraphs": _paragraphs,
    "lines": _lines,
}
"""The functions that render a page, by the layout in the setting ``output.layout``."""
