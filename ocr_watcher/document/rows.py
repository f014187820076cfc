"""Rows: the lines that stand beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr_watcher.document.places import Box

_LOOKED_BACK = 3
"""Rows that a line is compared with: a tall line reaches past the row after its own."""


def rows_of(boxes: Sequence[Box], indexes: Sequence[int]) -> list[list[int]]:
    """Group lines to rows: in one row, the middle of each lies within the height of the next.

    Args:
        boxes: The place of each line of the page.
        indexes: The lines to group.

    Returns:
        The rows from top to bottom, each from left to right.
    """
    rows: list[list[int]] = []
    for index in sorted(indexes, key=lambda index: boxes[index].middle):
        near = rows[: -_LOOKED_BACK - 1 : -1]
        row = next((row for row in near if _beside(boxes[row[-1]], boxes[index])), None)
        if row is None:
            rows.append([index])
        else:
            row.append(index)
    return [sorted(row, key=lambda index: boxes[index].left) for row in rows]


def _beside(one: Box, other: Box) -> bool:
    return one.top <= other.middle <= one.bottom and other.top <= one.middle <= other.bottom
