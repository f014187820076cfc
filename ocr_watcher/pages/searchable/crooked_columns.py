"""Keep the columns of a crooked page apart.

Poppler collects words into blocks (`TextPage::coalesce`). A block takes a word that is less than a
third of a font size beside it and on the height of one of its lines, and blocks are boxes along the
edges of the page. On a crooked page the boxes of two columns overlap, so both become one block,
whose lines are sorted by height: a row of one column after a row of the other.

Three of its rules keep them apart. A block takes no word whose size differs by three fifths or more
from that of the word that the block began with. It begins with the highest word. And it grows
upwards and downwards only by words of nearly that size. So each column gets ties: blanks across the
column, from above all later columns down to its last row. The words of the column differ from the
size of the ties by a little less than three fifths, and those of the later columns by a little
more. If two blocks overlap, the one that begins higher is read first. PDFium, which reads the words
in the order of the file, ignores the ties.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise, starmap
from statistics import median
from typing import TYPE_CHECKING

from ocr_watcher.pages.searchable.ties import Tie, TiedRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr_watcher.pages.searchable.base_lines import Row

_NEAR = 3.0
"""The distance of two columns that poppler may take for one, by the size of the font: it adds up to
three words that are less than one size beside a block."""
_UNLIKE = 1.5
"""The largest ratio between the font sizes of two columns that are tied."""

_MOST_ROWS = 1000
"""The most rows of the smallest size that fit below each other where columns are tied. Places that
are so small or so far apart are no columns of a page, and would take ties without end."""

_SIZES = {2: ((1.0, 2.4), (0.93, 0.0)), 3: ((1.0, 2.4), (0.9, 0.57), (0.93, 0.0))}
"""The size of the font of each column and that of its ties, by that of the first column, for each
number of columns. Poppler's limits are 0.4 and 1.6 of the size of the ties; the last column needs
none, and for four columns there are no such sizes."""
_LEAST = 0.75
"""The least size of a row of the first column, by that of most of its rows."""

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
_MARGIN = 0.5
"""How far a tie reaches beyond its column, by the size of the font: more than a lead-in."""
_THIN = 0.02
"""The height of a tie, by its size."""


@dataclass(frozen=True, slots=True)
class _Column:
    """Rows that stand below each other, in points along and across the writing."""

    rows: Sequence[Row]
    left: float
    right: float
    top: float
    size: float

    @classmethod
    def of(cls, rows: Sequence[Row]) -> _Column:
        """Return the column that consists of these rows."""
        places = [piece.place for row in rows for piece in row.pieces]
        return cls(
            rows,
            min(place.start for place in places),
            max(place.start + place.length for place in places),
            max(place.base - place.below + place.height for place in places),
            median(row.size for row in rows),
        )


def columns_apart(parts: Sequence[Sequence[Row]]) -> Sequence[TiedRow]:
    """Return the rows of columns tied together; none if they need no ties or cannot be tied.

    Args:
        parts: The rows of each column, in reading order.
    """
    columns = [*map(_Column.of, parts)]
    if (
        len(columns) in _SIZES
        and _are_alike(columns)
        and _fit_on_a_page(columns)
        and any(starmap(_overlap, pairwise(columns)))
    ):
        return [*_tied(columns)]
    return []


def _are_alike(columns: Sequence[_Column]) -> bool:
    sizes = [column.size for column in columns]
    return max(sizes) <= _UNLIKE * min(sizes)


def _fit_on_a_page(columns: Sequence[_Column]) -> bool:
    rows = [row for column in columns for row in column.rows]
    height = max(column.top for column in columns) - min(map(_base, rows))
    return height <= _MOST_ROWS * min(row.size for row in rows)


def _overlap(column: _Column, following: _Column) -> bool:
    """Return whether poppler may take two columns for one block."""
    return following.left - column.right < _NEAR * max(column.size, following.size)


def _tied(columns: Sequence[_Column]) -> Iterator[TiedRow]:
    """Yield the rows of columns with their ties, in the sizes that keep the columns apart."""
    first = columns[0]
    least = max(min(row.size for row in first.rows), _LEAST * first.size)
    for number, (column, (share, tie)) in enumerate(
        zip(columns, _SIZES[len(columns)], strict=True)
    ):
        sizes = [max(row.size, least) if column is first else share * least for row in column.rows]
        rows = [replace(row, size=size) for row, size in zip(column.rows, sizes, strict=True)]
        if tie:
            ties = _ties(replace(column, rows=rows), columns[number + 1 :], tie * least)
        else:
            ties = [[] for _ in rows]
        for row, before in zip(rows, ties, strict=True):
            yield TiedRow(row, before)


def _ties(column: _Column, later: Sequence[_Column], size: float) -> list[list[Tie]]:
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
    first = min(left, *(other.left - margin for other in later))
    top = max(column.top, *(other.top for other in later)) + _ABOVE * column.size
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
    base = _base(row)
    lowest = base + _ABOVE * row.size
    if following is None:
        next_one = base - (_STEP - _END) * size
    else:
        next_one = max(base - _BELOW * row.size, _base(following) + _ABOVE * following.size)
    while at - next_one > _STEP * size and at > lowest:
        at = max(lowest, at - _STEP * size)
        yield at


def _base(row: Row) -> float:
    return row.pieces[0].place.base
