"""Keep rows apart that stand close together.

Poppler takes words for one line if their base lines are at most half a size of the font apart
(`TextBlock::coalesce`). The size of a row is made from the height of its words, and is too large
where the places are higher than the ink, as those of a service that tells the places of lines only,
or where a word is not what it seems, such as print that shows through the paper.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from ocr_watcher.pages.searchable.base_lines import APART, base_lines_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr_watcher.pages.searchable.base_lines import Row

_ROOM = 1.12
"""How much farther apart than poppler's limit the base lines of two rows are, after rounding."""
_LEAST = 0.35
"""The least size of a row, by the height of its words: no font is three sizes high."""
_BELOW = 0.2
"""How much lower the following row is at least, by the size of the font; rows that stand beside
each other are nearer."""


def near_rows_apart(rows: Sequence[Row]) -> list[Row]:
    """Return the rows, those smaller that stand too close to the one before or after.

    Args:
        rows: The rows, each on one base line.
    """
    sizes = [row.size for row in rows]
    for number, (row, following) in enumerate(pairwise(rows)):
        step = _step(row, following)
        if step is not None:
            most = step / APART / _ROOM
            sizes[number] = min(sizes[number], max(most, _least(row)))
            sizes[number + 1] = min(sizes[number + 1], max(most, _least(following)))
    return [replace(row, size=size) for row, size in zip(rows, sizes, strict=True)]


def _least(row: Row) -> float:
    return _LEAST * max(piece.place.height for piece in row.pieces)


def _step(row: Row, following: Row) -> float | None:
    """Return how far a row stands above the following one; None if it does not."""
    directions = {piece.place.direction for piece in (*row.pieces, *following.pieces)}
    if len(directions) > 1 or not _overlap(row, following):
        return None
    step = base_lines_of(row)[0] - base_lines_of(following)[1]
    return step if step > _BELOW * min(row.size, following.size) else None


def _overlap(row: Row, following: Row) -> bool:
    """Return whether any part of one row stands above a part of the other."""
    (left, right), (other_left, other_right) = _ends(row), _ends(following)
    return left < other_right and other_left < right


def _ends(row: Row) -> tuple[float, float]:
    places = [piece.place for piece in row.pieces]
    starts = [place.start for place in places]
    return min(starts), max(place.start + place.length for place in places)
