"""Keep the columns and rows of a crooked page apart."""

from __future__ import annotations

import math
from statistics import median
from typing import TYPE_CHECKING

from ocr_watcher.pages.searchable.base_lines import on_one_base_line
from ocr_watcher.pages.searchable.crooked_columns import columns_above, columns_apart
from ocr_watcher.pages.searchable.crooked_rows import rows_apart
from ocr_watcher.pages.searchable.row_aside import rows_in_turn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr_watcher.pages.searchable.base_lines import Row
    from ocr_watcher.pages.searchable.ties import TiedRow

_CROOKED = math.radians(0.5)
"""The least angle at which rows are tied."""
_FREE = 2.0
"""The least distance of the body of a page below all rows before it, in sizes of the font."""
_SMALLER = 0.99
"""The largest size of a row above the body, by that of the first row of the body."""


def tied_rows(rows: Sequence[Row], lean: float, turn: int) -> Sequence[TiedRow]:
    """Return the rows of a page as they are laid, those of a crooked page tied together.

    Args:
        rows: The rows in reading order, each word on its own base line.
        lean: The angle at which the page lies crooked, in radians.
        turn: The degrees by which a viewer turns the page clockwise.
    """
    level = [on_one_base_line(row) for row in rows]
    if abs(lean) >= _CROOKED and _are_upright(rows, turn):
        heights = [_height(row, lean) for row in rows]
        starts = _starts(rows, heights)
        body = _body(rows, heights, starts[-1])
        above = _parts(level[:body], starts)
        tied = _body_apart(above, rows_apart(rows[body:], lean))
        if not tied:
            tied = columns_apart(_parts(level, starts))
        if tied:
            return tied
    return rows_in_turn(level)


def _parts(rows: Sequence[Row], starts: Sequence[int]) -> list[Sequence[Row]]:
    """Return the rows from each start to the next one."""
    ends = [*starts[1:], len(rows)]
    parts = (rows[start:end] for start, end in zip(starts, ends, strict=True))
    return [part for part in parts if part]


def _body_apart(above: Sequence[Sequence[Row]], body: Sequence[TiedRow]) -> Sequence[TiedRow]:
    """Return the rows above the body of a page and those of the body; none if they are not tied.

    Those above are smaller than those of the body, so that no tie takes them.

    Args:
        above: The rows of each column above the body, in reading order.
        body: The rows of the body, tied.
    """
    if not body or not above:
        return body
    tied = columns_above(above, _SMALLER * body[0].row.size)
    return [*tied, *body] if tied else []


def _body(rows: Sequence[Row], heights: Sequence[float], first: int) -> int:
    """Return the row with which the body of a page begins, which stands below all that is before.

    Args:
        rows: The rows in reading order.
        heights: How high they stand.
        first: The first of them that may be of the body.
    """
    if first == 0:
        return 0
    lowest = min(heights[:first])
    for number in range(first, len(rows)):
        if lowest - heights[number] > _FREE * rows[number].size:
            return number
        lowest = min(lowest, heights[number])
    return len(rows)


def _are_upright(rows: Sequence[Row], turn: int) -> bool:
    """Return whether all rows are level and run to the right on the page as it is shown."""
    shown = {
        round(math.degrees(piece.place.direction) - turn, 3) % 360
        for row in rows
        for piece in row.pieces
    }
    return shown == {0} and not any(row.to_the_left for row in rows)


def _height(row: Row, lean: float) -> float:
    """Return how high the middle of a row stands on the page as if it lay straight."""
    return median(
        piece.place.base
        - piece.place.below
        + piece.place.height / 2
        - (piece.place.start + piece.place.length / 2) * math.tan(lean)
        for piece in row.pieces
    )


def _starts(rows: Sequence[Row], heights: Sequence[float]) -> list[int]:
    """Return the first row, and those that stand higher than the one before.

    Args:
        rows: The rows in reading order.
        heights: How high they stand.
    """
    before = [-math.inf, *heights]
    return [
        number
        for number, (row, height) in enumerate(zip(rows, heights, strict=True))
        if height > before[number] + row.size
    ]
