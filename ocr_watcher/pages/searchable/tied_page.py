"""Tie the rows of a page together, so that poppler reads them in order."""

from __future__ import annotations

import math
from statistics import median
from typing import TYPE_CHECKING

from ocr_watcher.pages.searchable.base_lines import on_one_base_line
from ocr_watcher.pages.searchable.columns_apart import (
    columns_above,
    columns_apart,
    need_ties,
    one_block,
)
from ocr_watcher.pages.searchable.crooked_rows import rows_apart
from ocr_watcher.pages.searchable.near_rows import near_rows_apart
from ocr_watcher.pages.searchable.row_aside import rows_in_turn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr_watcher.pages.searchable.base_lines import Row
    from ocr_watcher.pages.searchable.ties import TiedRow

_CROOKED = math.radians(0.5)
"""The least angle of a page that counts as crooked."""
_UPWARDS = {90.0}
"""The direction of the writing on a page that was turned to the left, in degrees. Poppler reads the
blocks of a page that was turned to the right, and columns of vertical writing, in order."""
_FREE = 2.0
"""The least distance of the body of a page below all rows before it, in sizes of the font."""
_SMALLER = 0.99
"""The largest size of a row above the body, by that of the first row of the body."""


def tied_rows(rows: Sequence[Row], lean: float, turn: int) -> Sequence[TiedRow]:
    """Return the rows of a page as they are laid, tied together where poppler needs it.

    Args:
        rows: The rows in reading order, each word on its own base line.
        lean: The angle at which the page lies crooked, in radians.
        turn: The degrees by which a viewer turns the page clockwise.
    """
    level = [on_one_base_line(row) for row in rows]
    if abs(lean) < _CROOKED:
        level = near_rows_apart(level)
        return _straight_columns(level, turn) or rows_in_turn(level)
    return _crooked(rows, level, lean, turn) or rows_in_turn(level)


def _straight_columns(rows: Sequence[Row], turn: int) -> Sequence[TiedRow]:
    """Return the rows of the columns of a straight page tied together; none if they are not tied.

    Args:
        rows: The rows in reading order, each on one base line.
        turn: The degrees by which a viewer turns the page clockwise.
    """
    directions = _directions(rows, turn)
    if len(directions) != 1 or any(row.to_the_left for row in rows):
        return []
    parts = _parts(rows, _starts(rows, [_height(row, 0) for row in rows]))
    if directions == {0}:
        return columns_apart(parts) if need_ties(parts) else []
    if directions == _UPWARDS and len(parts) == 1:
        return one_block(rows)
    return []


def _crooked(
    rows: Sequence[Row], level: Sequence[Row], lean: float, turn: int
) -> Sequence[TiedRow]:
    """Return the rows of a crooked page tied together; none if they are not tied.

    Args:
        rows: The rows in reading order, each word on its own base line.
        level: The rows, each on one base line.
        lean: The angle at which the page lies crooked, in radians.
        turn: The degrees by which a viewer turns the page clockwise.
    """
    if _directions(rows, turn) != {0} or any(row.to_the_left for row in rows):
        return []
    heights = [_height(row, lean) for row in rows]
    starts = _starts(rows, heights)
    body = _body(rows, heights, starts[-1])
    above = _parts(level[:body], starts)
    tied = _body_apart(above, rows_apart(rows[body:], lean))
    return tied or columns_apart(_parts(level, starts))


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


def _directions(rows: Sequence[Row], turn: int) -> set[float]:
    """Return the directions of the writing on the page as it is shown, in degrees."""
    return {
        round(math.degrees(piece.place.direction) - turn, 3) % 360
        for row in rows
        for piece in row.pieces
    }


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
