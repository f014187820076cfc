"""The row of a page that a search found.

Words and texts are folded like in the index, so that each hit of the index is found here as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from ocr_watcher.index.folding import folded
from ocr_watcher.values.geometry import Rectangle

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ocr_watcher.service.web.transcript.text_page import TextLine


class _InRow(Protocol):
    @property
    def begins_row(self) -> bool: ...


_Line = TypeVar("_Line", bound=_InRow)


def rows_of(lines: Iterable[_Line]) -> list[list[_Line]]:
    """Return the lines of each row; if the page has no rows, each line is a row.

    Args:
        lines: The lines of a page in order. `TextLine.begins_row` shows where a row begins.
    """
    rows: list[list[_Line]] = []
    for line in lines:
        if line.begins_row or not rows:
            rows.append([])
        rows[-1].append(line)
    return rows


def number_of_words(row: Iterable[TextLine], words: Sequence[str]) -> int:
    """Return the number of the words that the lines of a row have together.

    Args:
        row: The lines.
        words: The result of `ocr_watcher.index.folding.words_of`.
    """
    texts = [folded(line.text) for line in row]
    return sum(any(word in text for text in texts) for word in words)


def place_of(lines: Iterable[TextLine], words: Sequence[str]) -> Rectangle | None:
    """Return the place of the first of the rows that have the most words.

    If one line of the row has all of the row's words, its place is returned.

    Args:
        lines: The lines of a page. Lines without a place are skipped.
        words: The result of `ocr_watcher.index.folding.words_of`.

    Returns:
        The upright rectangle around it, in pixels of the page as the file stores it; None if
        no row has a word.
    """
    placed = ([line for line in row if line.quad] for row in rows_of(lines))
    best = max(placed, key=lambda row: number_of_words(row, words), default=[])
    most = number_of_words(best, words)
    if not most:
        return None
    alone = next((line for line in best if number_of_words([line], words) == most), None)
    return _around(best if alone is None else [alone])


def _around(lines: Iterable[TextLine]) -> Rectangle:
    corners = [corner for line in lines for corner in line.quad or ()]
    across, down = [x for x, _ in corners], [y for _, y in corners]
    left, top = min(across), min(down)
    return Rectangle(left, top, max(across) - left, max(down) - top)
