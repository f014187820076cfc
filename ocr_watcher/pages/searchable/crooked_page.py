"""Keep the columns and rows of a crooked page apart."""

from __future__ import annotations

import math
from statistics import median
from typing import TYPE_CHECKING

from ocr_watcher.pages.searchable.base_lines import on_one_base_line
from ocr_watcher.pages.searchable.crooked_columns import columns_apart
from ocr_watcher.pages.searchable.crooked_rows import rows_apart
from ocr_watcher.pages.searchable.row_aside import rows_in_turn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr_watcher.pages.searchable.base_lines import Row
    from ocr_watcher.pages.searchable.ties import TiedRow

_CROOKED = math.radians(0.5)
"""The least angle at which rows are tied."""


def tied_rows(rows: Sequence[Row], lean: float, turn: int) -> Sequence[TiedRow]:
    """Return the rows of a page as they are laid, those of a crooked page tied together.

    Args:
        rows: The rows in reading order, each word on its own base line.
        lean: The angle at which the page lies crooked, in radians.
        turn: The degrees by which a viewer turns the page clockwise.
    """
    level = [on_one_base_line(row) for row in rows]
    if abs(lean) >= _CROOKED and _are_upright(rows, turn):
        starts = _starts(rows, lean)
        if len(starts) == 1:
            tied = rows_apart(rows, lean)
        else:
            ends = [*starts[1:], len(rows)]
            tied = columns_apart([level[a:b] for a, b in zip(starts, ends, strict=True)])
        if tied:
            return tied
    return rows_in_turn(level)


def _are_upright(rows: Sequence[Row], turn: int) -> bool:
    """Return whether all rows are level and run to the right on the page as it is shown."""
    shown = {
        round(math.degrees(piece.place.direction) - turn, 3) % 360
        for row in rows
        for piece in row.pieces
    }
    return shown == {0} and not any(row.to_the_left for row in rows)


def _starts(rows: Sequence[Row], lean: float) -> list[int]:
    """Return the rows that stand higher than the one before, on the page as if it lay straight.

    The first row is one of them.

    Args:
        rows: The rows in reading order.
        lean: The angle at which the page lies crooked.
    """
    starts: list[int] = []
    last = -math.inf
    for number, row in enumerate(rows):
        height = median(
            piece.place.base
            - piece.place.below
            + piece.place.height / 2
            - (piece.place.start + piece.place.length / 2) * math.tan(lean)
            for piece in row.pieces
        )
        if height > last + row.size:
            starts.append(number)
        last = height
    return starts
