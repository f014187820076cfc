"""Keep the columns of a page apart.

Blocks of text are boxes along the edges of the page for poppler, and it adds to a block what is
less than one size of the font beside it. If the gap between two columns is narrow, or if the page
lies crooked, so that the boxes of the columns overlap, both become one block, whose lines are
sorted by height: a row of one column after a row of the other.

So each column gets ties: blanks across the column, from above all later columns down to its last
row. The words of the column differ from the size of the ties by a little less than three fifths,
and those of the columns beside it by a little more. If two blocks overlap, the one that begins
higher is read first.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle, islice, pairwise, starmap
from typing import TYPE_CHECKING

from ocr_watcher.pages.searchable.base_lines import is_one_line
from ocr_watcher.pages.searchable.column_ties import Column, base_of, column_ties
from ocr_watcher.pages.searchable.ties import Tie, TiedRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr_watcher.pages.searchable.base_lines import Row

_NEAR = 3.0
"""The distance of two columns that poppler may take for one, by the size of the font: it adds up to
three words that are less than one size beside a block."""
_NEAR_STRAIGHT = 1.02
"""The same on a straight page: poppler's limit, and what is rounded."""
_NEXT_BLOCK = 1.4
"""The least distance of two rows that poppler may take for two blocks, by the size of the font."""
_LEAST_COLUMNS = 2
"""The fewest columns. Where there are no more, as in an open book, they may be so wide that the
last one needs ties as well."""
_UNLIKE = 1.5
"""The largest ratio between the font sizes of two columns that are tied."""

_MOST_ROWS = 1000
"""The most rows of the smallest size that fit below each other where columns are tied. Places that
are so small or so far apart are no columns of a page, and would take ties without end."""

_HEADLINE, _LARGE, _SMALL, _LAST = (3.9, 6.1), (1.0, 2.4), (0.9, 0.57), (0.93, 0.0)
"""The size of the font of a column and that of its ties, by that of the first column. Poppler's
limits are 0.4 and 1.6 of the size of the ties: a large column takes nothing of a small one or of
the last one, a small one nothing of the others, and a headline nothing of any column, nor these of
a headline. The last column needs no ties."""
_LARGEST = 2.3
"""The largest size of a row of the first column, by that of most of its rows."""
_MOST_UNLIKE = 3
"""The most columns of which each has a size of its own."""
_MOST_OF_HEADLINE = 4
"""The most rows of a headline above more columns than that."""
_ASIDE = 1.2
"""The least distance of two large columns or of two small ones, by the size of their ties: poppler
takes what is nearer than one size for a part of the block."""
_SHORT = 5.0
"""The length of the ties of a page on its side, by the size of the font. Poppler takes no word for
a part of the line of a tie that reaches more than half the size of the tie beyond the beginning of
the word, so even an indented row is a line of its own."""
_LEAST = 0.75
"""The least size of a row of the first column, by that of most of its rows."""


def columns_apart(parts: Sequence[Sequence[Row]]) -> Sequence[TiedRow]:
    """Return the rows of columns tied together; none if they need no ties or cannot be tied.

    Args:
        parts: The rows of each column, in reading order. What stands above all columns is a part of
            the first one.
    """
    if len(parts) < _LEAST_COLUMNS:
        return []
    columns = [*map(Column.of, parts)]
    headline, footer = 0, len(parts[-1])
    if len(parts) > _MOST_UNLIKE:
        headline, footer = _headline(columns), _footer(columns)
    above, below = parts[0][:headline], parts[-1][footer:]
    columns = [*map(Column.of, [parts[0][headline:], *parts[1:-1], parts[-1][:footer]])]
    kinds = [*islice(cycle([_LARGE, _SMALL]), len(columns))]
    is_spread = len(columns) == _LEAST_COLUMNS and not all(map(is_one_line, columns[-1].rows))
    if not below and not is_spread:
        kinds[-1] = _LAST
    tied = [column for column, (_, size) in zip(columns, kinds, strict=True) if size]
    if (
        len(above) <= _MOST_OF_HEADLINE
        and _are_alike(columns)
        and _fit_on_a_page(columns)
        and (
            any(starmap(_overlap, pairwise(columns)))
            or not all(is_one_line(row) for column in columns for row in column.rows)
        )
        and all(starmap(_are_apart, zip(tied, tied[2:], strict=False)))
    ):
        all_columns = [
            *([(Column.of(above), _HEADLINE)] if above else []),
            *zip(columns, kinds, strict=True),
            *([(Column.of(below), _LAST)] if below else []),
        ]
        first = columns[0]
        unit = max(min(row.size for row in first.rows), _LEAST * first.size)
        return [*_tied(all_columns, unit, first=first, has_footer=bool(below))]
    return []


def need_ties(parts: Sequence[Sequence[Row]]) -> bool:
    """Return whether poppler would mix the columns of a straight page.

    It makes one block of columns that are near, takes four blocks of the same height and width for
    cells of a table, which it reads row by row (`TextPage::coalesce`), and may read a column first
    that begins higher than the one before.

    Args:
        parts: The rows of each column, in reading order.
    """
    return any(starmap(_are_mixed, pairwise(map(Column.of, parts))))


def _are_mixed(column: Column, following: Column) -> bool:
    beside = [row for row in column.rows if base_of(row) < following.top]
    if not beside:
        return False
    gap = following.left - Column.of(beside).right
    is_near = gap < _NEAR_STRAIGHT * max(column.size, following.size)
    is_lower = column.top < following.top - following.size
    return is_near or is_lower or (_has_gap(beside) and _has_gap(following.rows))


def _has_gap(rows: Sequence[Row]) -> bool:
    """Return whether a row is so far below the one before that poppler begins a block with it."""
    return any(
        base_of(row) - base_of(following) > _NEXT_BLOCK * row.size
        for row, following in pairwise(rows)
    )


def columns_above(parts: Sequence[Sequence[Row]], largest: float) -> Sequence[TiedRow]:
    """Return the rows of two columns tied together; none if they are not two or cannot be tied.

    Args:
        parts: The rows of each column, in reading order.
        largest: A size that is larger than all of theirs, and that no column takes.
    """
    columns = [*map(Column.of, parts)]
    if len(columns) != _LEAST_COLUMNS or not (_are_alike(columns) and _fit_on_a_page(columns)):
        return []
    unit = min(*(column.size for column in columns), largest / _LAST[0])
    return [*_tied([*zip(columns, [_SMALL, _LAST], strict=True)], unit)]


def one_block(rows: Sequence[Row]) -> Sequence[TiedRow]:
    """Return the rows of a page that lies on its side tied into one block; none if they cannot be.

    Poppler reads blocks above each other from the last to the first there, as its rule for blocks
    beside each other compares the wrong edges (`TextBlock::isBeforeByRule2`). The ties are short:
    PDFium takes the direction in which most of the page is covered for that of the writing
    (`CPDF_TextPage::FindTextlineFlowOrientation`).

    Args:
        rows: The rows in reading order, each below the one before.
    """
    column = Column.of(rows)
    if not _fit_on_a_page([column]):
        return []
    unit = max(min(row.size for row in rows), _LEAST * column.size)
    narrow = replace(column, right=min(column.right, column.left + _SHORT * column.size))
    return [*_tied([(narrow, _LARGE)], unit, first=narrow)]


def _headline(columns: Sequence[Column]) -> int:
    """Return how many rows of the first column stand above all columns."""
    rows = columns[0].rows
    limit = columns[2].left - _ASIDE * _LARGE[1] * columns[2].size
    wide = [number for number, row in enumerate(rows, 1) if Column.of([row]).right >= limit]
    return min(wide[-1], len(rows) - 1) if wide else 0


def _footer(columns: Sequence[Column]) -> int:
    """Return how many rows of the last column stand above the rows that are below all columns."""
    rows = columns[-1].rows
    limit = columns[-3].right
    wide = (number for number, row in enumerate(rows) if Column.of([row]).left <= limit)
    return max(next(wide, len(rows)), 1)


def _are_alike(columns: Sequence[Column]) -> bool:
    sizes = [column.size for column in columns]
    return max(sizes) <= _UNLIKE * min(sizes)


def _fit_on_a_page(columns: Sequence[Column]) -> bool:
    rows = [row for column in columns for row in column.rows]
    height = max(column.top for column in columns) - min(map(base_of, rows))
    return height <= _MOST_ROWS * min(row.size for row in rows)


def _overlap(column: Column, following: Column) -> bool:
    """Return whether poppler may take two columns for one block."""
    return following.left - column.right < _NEAR * max(column.size, following.size)


def _are_apart(column: Column, next_but_one: Column) -> bool:
    """Return whether poppler does not take two columns of equal sizes for one block."""
    return next_but_one.left - column.right > _ASIDE * _LARGE[1] * column.size


def _tied(
    columns: Sequence[tuple[Column, tuple[float, float]]],
    unit: float,
    *,
    first: Column | None = None,
    has_footer: bool = False,
) -> Iterator[TiedRow]:
    """Yield the rows of columns with their ties, in the sizes that keep the columns apart.

    Args:
        columns: The columns, each with its size and that of its ties.
        unit: What these sizes are multiples of.
        first: The column whose rows keep their sizes where they are larger.
        has_footer: Whether the last one stands below all others.
    """
    for number, (column, (share, tie)) in enumerate(columns, 1):
        sizes = [share * unit] * len(column.rows)
        if column is first:
            sizes = [min(max(row.size, unit), _LARGEST * column.size) for row in column.rows]
        rows = [replace(row, size=size) for row, size in zip(column.rows, sizes, strict=True)]
        ties: list[list[Tie]] = [[] for _ in rows]
        if tie:
            later = [other for other, (_, size) in columns[number:] if size or not has_footer]
            ties = column_ties(replace(column, rows=rows), later, tie * unit)
        yield from map(TiedRow, rows, ties)
