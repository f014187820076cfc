"""Tables: rows whose parts stand below each other, as in a list of articles and prices.

No cell spans several columns, as few formats have such cells. Text that is printed across several
columns, such as the name of a group of rows, is put into the column in which it begins.
"""

from __future__ import annotations

import re
from bisect import insort
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from ocr_watcher.document.amounts import (
    AMOUNT,
    ENDS_WITH_AMOUNT,
    are_amounts,
    columns_of_amounts,
)
from ocr_watcher.document.cells import parted_heads, whole_cells
from ocr_watcher.document.spacing import joined

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr_watcher.document.paragraphs import Block
    from ocr_watcher.document.row import Cell, Row

    _Extent = tuple[float, float]

_FARTHEST = 2.5
"""The largest distance of two rows of a table, in heights of a row."""

_FARTHEST_ALIGNED, _LEAST_ALIGNED = 8.0, 3
"""The same where so many cells of the rows stand below each other, as in a calendar or a form."""

_MOST_BETWEEN = 3
"""The most rows without a gap between two rows of a table, such as the name of an article whose
number and price stand on a row of their own. Rows that end where the rows with gaps end are not
counted: their gaps are too narrow to be found."""

_ALIGNED = 1.0
"""The largest distance, in heights of a row, between the beginnings or ends of aligned cells."""

_LEAST_HEADS = 3
"""The least number of cells of the head of a table; the head has no digits."""

_MOST_COLUMNS = 40
"""The most columns of a table; more are a fault of the answer, and the rows are no table."""

_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        head: The names of its columns; empty if it has no such row.
        rows: The text of each cell of each row; empty if there is none.
        amounts: Whether each of its columns holds amounts, which are aligned by their ends.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    amounts: tuple[bool, ...]


def parted(block: Block) -> Iterator[tuple[Table | None, Sequence[Row]]]:
    """Split the rows of a block into tables and the rows between them, from top to bottom.

    Yields:
        A table with its rows, or None with rows that belong to no table.
    """
    begin = at = 0
    while at < len(block.rows):
        end = _end_of_table(block, at)
        table = table_of(block.rows[at:end]) if end > at + 1 else None
        if table is not None:
            if begin < at:
                yield None, block.rows[begin:at]
            yield table, block.rows[at:end]
            begin = end
        at = max(end, at + 1)
    if begin < len(block.rows):
        yield None, block.rows[begin:]


def _end_of_table(block: Block, begin: int) -> int:
    """Return the index after the last row of the table that begins at an index."""
    rows = block.rows
    if not rows[begin].is_table:
        return begin
    last = complete = begin
    for at in range(begin + 1, len(rows)):
        is_rest = _is_below_one_cell(rows[at], rows[last])
        if at - complete > _MOST_BETWEEN + 1 or not _goes_on(
            block, rows[at - 1], rows[at], is_rest=is_rest
        ):
            break
        if rows[at].is_table:
            if _begins_another(rows[begin:at], rows[at]):
                break
            if not all(
                _is_below(row, rows[begin], rows[last], rows[at]) for row in rows[last + 1 : at]
            ):
                break
            last = complete = at
        elif _end_alike(rows[last], rows[at]):
            complete = at
    return last + 1


def _end_alike(above: Row, below: Row) -> bool:
    return abs(above.box.right - below.box.right) < _ALIGNED * below.box.height


def _is_below_one_cell(row: Row, last: Row) -> bool:
    """Return whether a row stands in a column between others, and may be the rest of a cell."""
    reach = _ALIGNED * row.box.height
    return any(
        abs(cell.left - row.box.left) < reach and row.box.right < beside.left
        for cell, beside in pairwise(last.cells)
    )


def _goes_on(block: Block, above: Row, below: Row, *, is_rest: bool) -> bool:
    """Return whether a row is near the row above it, and not in a paragraph with it."""
    height = max(above.box.height, below.box.height)
    farthest = _FARTHEST_ALIGNED if _are_aligned(above, below) else _FARTHEST
    is_near = below.box.middle - above.box.middle <= farthest * height
    can_be_text = not is_rest and not above.is_table and not ENDS_WITH_AMOUNT.search(above.text)
    return is_near and not (can_be_text and block.measure.belong_together([above], below))


def _are_aligned(above: Row, below: Row) -> bool:
    """Return whether several cells of two rows stand below each other, however far."""
    reach = _ALIGNED * below.box.height
    aligned = (
        any(
            abs(cell.left - other.left) < reach or abs(cell.right - other.right) < reach
            for other in above.cells[:_MOST_COLUMNS]
        )
        for cell in below.cells[:_MOST_COLUMNS]
    )
    return sum(aligned) >= _LEAST_ALIGNED


def _begins_another(above: Sequence[Row], row: Row) -> bool:
    """Return whether a row is the head of a new table below the table of the rows above it."""
    return (
        _can_be_head(row)
        and not _can_be_head(above[-1])
        and any(_DIGIT.search(other.text) for other in above)
    )


def _can_be_head(row: Row) -> bool:
    return len(row.cells) >= _LEAST_HEADS and not _DIGIT.search(row.text)


def _is_below(row: Row, *others: Row) -> bool:
    """Return whether a row begins or ends where a cell of one of the other rows does."""
    reach = _ALIGNED * row.box.height
    return any(
        abs(cell.left - row.box.left) < reach or abs(cell.right - row.box.right) < reach
        for other in others
        for cell in other.cells
    )


def table_of(rows: Sequence[Row]) -> Table | None:
    """Return the table of some rows; None if they have too few or too many columns for a table."""
    columns = _columns_of([row.cells for row in rows])
    if len(columns) > _MOST_COLUMNS:
        return None
    head = parted_heads(rows[0].cells, columns)
    placed = [_placed(cells, columns) for cells in (head, *(row.cells for row in rows[1:]))]
    lines = _merged(whole_cells([replace(rows[0], cells=tuple(head)), *rows[1:]], placed))
    if len(lines[0]) == 1:
        return None
    first, below = lines[0], lines[1:]
    amounts = columns_of_amounts(below)
    if sum(map(bool, first)) > 1 and not any(map(_DIGIT.search, first)) and any(amounts):
        return Table(first, below, amounts)
    return Table((), lines, columns_of_amounts(lines))


def _columns_of(rows: Sequence[Sequence[Cell]]) -> list[_Extent]:
    """Return the extent of each column, in pixels; rows with more cells are considered first."""
    columns: list[_Extent] = []
    for row in sorted((row for row in rows if len(row) > 1), key=len, reverse=True):
        for cell in row:
            over = _reached(cell, columns)
            if len(over) == 1:
                left, right = columns[over[0]]
                columns[over[0]] = min(left, cell.left), max(right, cell.right)
            elif not over:
                insort(columns, (cell.left, cell.right))
            if len(columns) > _MOST_COLUMNS:
                return columns
    return columns


def _reached(cell: Cell, columns: Sequence[_Extent]) -> list[int]:
    return [
        at for at, (left, right) in enumerate(columns) if cell.left < right and left < cell.right
    ]


def _placed(cells: Sequence[Cell], columns: Sequence[_Extent]) -> tuple[str, ...]:
    """Return the text of each column of a row."""
    texts = [""] * len(columns)
    for cell in cells:
        at = _column_of(cell, columns)
        texts[at] = joined(texts[at], cell.text) if texts[at] else cell.text
    return tuple(texts)


def _column_of(cell: Cell, columns: Sequence[_Extent]) -> int:
    """Return the column that contains most of an amount, or that begins nearest to a text."""
    reached = _reached(cell, columns) or range(len(columns))
    if AMOUNT.fullmatch(cell.text):
        return max(reached, key=lambda at: _shared(cell, columns[at]))
    return min(reached, key=lambda at: abs(columns[at][0] - cell.left))


def _shared(cell: Cell, column: _Extent) -> float:
    return min(cell.right, column[1]) - max(cell.left, column[0])


def _merged(lines: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    """Join neighbouring columns if no row has a text in both, except two columns of amounts."""
    columns: list[Sequence[str]] = []
    for column in zip(*lines, strict=True):
        if columns and _are_one(columns[-1], column):
            columns[-1] = [one or other for one, other in zip(columns[-1], column, strict=True)]
        else:
            columns.append(column)
    return tuple(zip(*columns, strict=True))


def _are_one(left: Sequence[str], right: Sequence[str]) -> bool:
    if any(one and other for one, other in zip(left, right, strict=True)):
        return False
    few = min(sum(map(bool, texts)) for texts in (left, right))
    return few <= 1 or not (are_amounts(left) or are_amounts(right))
