"""Initials: large letters and numbers at the beginning of a text, as high as several rows of it."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr_watcher.document.places import Box

_TALL = 1.6
"""The least height of an initial, in heights of the rows beside it."""

_WIDE = 1.6
"""The greatest width of an initial, in its own heights: that of two letters."""

_FARTHEST = 3.0
"""The greatest distance of an initial from its text, in heights of a row."""

_SHARED = 0.5
"""The least share of the height of a row that stands beside an initial."""

_LEAST_ROWS = 2
_MOST_ROWS = 8
"""The least and the largest number of rows beside an initial. What stands beside fewer is print of
another size, beside more a picture."""

_WORDS = frozenset("AIO")
"""Letters that are words of their own before a longer word, in several languages."""
_ENDING = 2
"""The most letters behind such a letter that are the rest of its word, as in ``Is``."""


def with_initials(boxes: Sequence[Box], rows: Sequence[list[int]]) -> list[list[int]]:
    """Put each initial before the first of the rows that it stands beside.

    Args:
        boxes: The place of each line of the page.
        rows: The rows of a block from top to bottom, of each the lines from left to right.
    """
    if len(rows) < _LEAST_ROWS:
        return [*rows]
    usual = median(boxes[index].height for row in rows for index in row)
    moved = [[*row] for row in rows]
    for at, row in enumerate(rows):
        if is_initial(boxes[row[0]], usual):
            first = _first_beside(boxes, rows, at, usual)
            if first is not None:
                moved[at].remove(row[0])
                moved[first].insert(0, row[0])
    return [row for row in moved if row]


def is_initial(box: Box, usual: float) -> bool:
    """Return whether a line is as high and narrow as an initial of rows of some height."""
    return box.height >= _TALL * usual > 0 and box.width <= _WIDE * box.height


def _first_beside(
    boxes: Sequence[Box], rows: Sequence[Sequence[int]], at: int, usual: float
) -> int | None:
    """Return the first of the rows beside an initial, which begins a row; None if it has none."""
    initial = boxes[rows[at][0]]
    beside = [
        number
        for number in range(max(0, at - _MOST_ROWS), min(len(rows), at + _MOST_ROWS))
        if _stands_beside(initial, [boxes[i] for i in rows[number] if i != rows[at][0]], usual)
    ]
    return beside[0] if len(beside) >= _LEAST_ROWS else None


def _stands_beside(initial: Box, row: Sequence[Box], usual: float) -> bool:
    if not row or row[0].height * _TALL > initial.height or row[0].left < initial.left:
        return False
    shared = min(initial.bottom, row[0].bottom) - max(initial.top, row[0].top)
    distance = row[0].left - initial.right
    return shared >= _SHARED * row[0].height and -usual <= distance <= _FARTHEST * usual


def begins_word(initial: str, text: str, times: float) -> bool:
    """Return whether a letter is the first of the word that the line behind it begins with.

    Args:
        initial: What stands before the line.
        text: The text of the line.
        times: The height of the first in heights of the second.
    """
    if times < _TALL or len(initial) != 1 or not (initial.isupper() and text[:1].islower()):
        return False
    return initial not in _WORDS or len(text.split(" ", 1)[0]) <= _ENDING
