"""Renders a document as text, in one of the layouts of the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ocr_watcher.document.analysis import analyse
from ocr_watcher.document.paragraphs import paragraphs_of
from ocr_watcher.document.spacing import Spacing, joined
from ocr_watcher.values.dialect_paragraphs import lines_of_paragraphs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from ocr_watcher.document.page import RecognisedPage

_LINE_ENDS_AND_CONTROLS = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029), " ")
"""Within a recognised line these would be read as the end of a line or of a page."""


def text_of(pages: Iterable[RecognisedPage], layout: str) -> bytes:
    """Render the text: a form feed between pages, in UTF-8.

    Args:
        pages: In order.
        layout: A key of `LAYOUTS`.
    """
    rendered = ("".join(f"{line}\n" for line in LAYOUTS[layout](page)) for page in pages)
    return "\f".join(rendered).encode("utf-8", "replace")


def _words_of(page: RecognisedPage) -> list[str]:
    return [line.text.translate(_LINE_ENDS_AND_CONTROLS) for line in page.lines]


def _lines(page: RecognisedPage) -> Iterable[str]:
    """Yield each recognised line by itself, in the engine's order."""
    return _words_of(page)


def _rows(page: RecognisedPage) -> Iterator[str]:
    """Yield column after column, and in each what stands on one row as one line."""
    words, found = _words_of(page), analyse(page)
    if found is None:
        yield from words
        return
    for rows in found.blocks:
        yield from map(Spacing.of(found.boxes, words, rows).text, rows)


def _paragraphs(page: RecognisedPage) -> Iterator[str]:
    """Yield each paragraph as one line, with an empty line between two."""
    words, found = _words_of(page), analyse(page)
    paragraphs = (
        _told_paragraphs(page.details, words)
        if found is None
        else (lines for rows in found.blocks for lines in paragraphs_of(found.boxes, words, rows))
    )
    for number, lines in enumerate(paragraphs):
        if number:
            yield ""
        yield from lines


def _told_paragraphs(details: Mapping[str, Any], words: Sequence[str]) -> Iterator[list[str]]:
    """Yield the paragraphs that the engine found; every line of its own where it found none."""
    indexes = lines_of_paragraphs(details, len(words))
    if indexes is None:
        if words:
            yield [*words]
        return
    for paragraph in indexes:
        whole = ""
        for index in paragraph:
            whole = joined(whole, words[index]) if whole else words[index]
        yield [whole]


LAYOUTS: Mapping[str, Callable[[RecognisedPage], Iterable[str]]] = {
    "rows": _rows,
    "paragraphs": _paragraphs,
    "lines": _lines,
}
"""How lines become text, by the setting ``output.layout``."""
