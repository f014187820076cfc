"""Markdown: CommonMark with the tables of GitHub.

A thematic break stands between pages. No text of a page becomes one.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from ocr_watcher.document.structure import Heading, Listing, Paragraph, structure_of
from ocr_watcher.document.tables import Table
from ocr_watcher.formats import commonmark, stored_text
from ocr_watcher.formats.format import Format

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr_watcher.document.document import Document
    from ocr_watcher.document.structure import Element

_BETWEEN_PAGES = "\n---\n\n"
"""The thematic break between pages. It is never at the beginning of a file, where it would begin
front matter in YAML."""

_BREAK = "  \n"
"""The end of a line within a paragraph (CommonMark 0.31.2, section 6.7, "Hard line breaks")."""


def render(document: Document) -> bytes:
    """Render headings, paragraphs, lists and tables, with a thematic break between pages."""
    pages = ("\n".join(filter(None, _blocks(page))) for page in structure_of(document.pages))
    return _BETWEEN_PAGES.join(pages).encode()


def _blocks(elements: Sequence[Element]) -> Iterator[str]:
    """Yield each element with a line feed at its end; elements without text are skipped.

    Two lists that follow each other use different markers, or CommonMark would join them.
    """
    others = False
    for before, element in pairwise([None, *elements]):
        others = isinstance(before, Listing) and not others
        match element:
            case Heading(text, level):
                yield f"{'#' * level} {commonmark.heading(text)}\n"
            case Paragraph(lines):
                yield _paragraph(lines)
            case Listing():
                yield _listing(element, *(("+", ")") if others else ("-", ".")))
            case Table():
                yield _table(element)


def _paragraph(lines: Sequence[str]) -> str:
    text = _BREAK.join(filter(None, map(commonmark.line, lines)))
    return text and f"{text}\n"


def _listing(listing: Listing, bullet: str, delimiter: str) -> str:
    rendered = ""
    for number, item in enumerate(listing.items, listing.first or 0):
        mark = bullet if listing.first is None else f"{number}{delimiter}"
        rendered += f"{mark} {commonmark.line(item)}\n"
    return rendered


def _table(table: Table) -> str:
    """Render a table; its head is empty if its columns have no names."""
    head = table.head or [""] * len(table.amounts)
    below = ["--:" if amounts else "---" for amounts in table.amounts]
    cells = [[*map(commonmark.cell, row)] for row in (head, *table.rows)]
    return "".join(f"| {' | '.join(row)} |\n" for row in (cells[0], below, *cells[1:]))


FORMAT = Format(
    "md",
    ".md",
    render,
    needs_places=True,
    headed=True,
    text_in=partial(stored_text.markdown, between_pages=_BETWEEN_PAGES),
)
