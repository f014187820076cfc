"""Lay the ties of a column: blanks across it, from above all later columns down to its last row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

from ocr_watcher.pages.searchable.ties import Tie

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr_watcher.pages.searchable.base_lines import Row

_STEP = 0.97
"""The most that one tie is below another, by their size: 1.5, less the 0.5 in which poppler takes
words without growing."""
_END = 0.45
"""The most that a row is below the last tie, by the size of the ties."""
_BELOW = 0.55
"""The least distance of a tie from the row above it, by the size of the font of the row: poppler
breaks a line where a tie is within half a size of its base line and was not taken before."""
_ABOVE = 0.1
"""The least distance of a tie from the row below it: what is higher and more to the left is taken
first."""
_HIGHER = 0.2
"""The height of the first tie of a column above that of the next column, as a fraction of the size
of the font. It is more than the height of a tie of the next column."""
_MARGIN = 0.5
"""The length of a tie beyond its column, as a fraction of the size of the font. It is more than the
length of a lead-in."""
_THIN = 0.02
"""The height of a tie, by its size."""


@dataclass(frozen=True, slots=True)
class Column:
    """Rows that stand below each other, in points along and across the writing."""

    rows: Sequence[Row]
    left: float
    right: float
    top: float
    size: float

    @classmethod
    def of(cls, rows: Sequence[Row]) -> Column:
        """Return the column that consists of these rows."""
        places = [piece.place for row in rows for piece in row.pieces]
        return cls(
            rows,
            min(place.start for place in places),
            max(place.start + place.length for place in places),
            max(place.base - place.below + place.height for place in places),
            median(row.size for row in rows),
        )


def column_ties(column: Column, later: Sequence[Column], size: float) -> list[list[Tie]]:
    """Return the ties before each row of a column.

    Args:
        column: The column.
        later: The columns that are read after it.
        size: The size of the font of the ties.
    """
    margin = _MARGIN * max(row.size for row in column.rows)
    left, right = column.left - margin, column.right
    across = partial(
        Tie.at,
        direction=column.rows[0].pieces[0].place.direction,
        size=size,
        height=_THIN * size,
    )
    first = min([left, *(other.left - margin for other in later)])
    top = max([column.top, *(other.top for other in later)])
    top += (_ABOVE + _HIGHER * len(later)) * column.size
    ties = [[across(first, right, top)]]
    at = top
    for row, following in zip(column.rows, [*column.rows[1:], None], strict=True):
        heights = [*_heights(row, following, at, size)]
        at = heights[-1] if heights else at
        ties[-1] += (across(left, right, height) for height in heights)
        ties.append([])
    return ties[:-1]


def _heights(row: Row, following: Row | None, at: float, size: float) -> Iterator[float]:
    """Yield the heights of the ties before a row, from top to bottom.

    Args:
        row: The row.
        following: The row after it; None at the end of the column.
        at: The height of the last tie.
        size: The size of the font of the ties.
    """
    base = base_of(row)
    lowest = base + _ABOVE * row.size
    if following is None:
        next_one = base - (_STEP - _END) * size
    else:
        next_one = max(base - _BELOW * row.size, base_of(following) + _ABOVE * following.size)
    while at - next_one > _STEP * size and at > lowest:
        at = max(lowest, at - _STEP * size)
        yield at


def base_of(row: Row) -> float:
    """Return the base line of the first word of a row."""
    return row.pieces[0].place.base
