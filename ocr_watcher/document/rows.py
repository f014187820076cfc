"""Rows: the lines that stand beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr_watcher.document.places import Box

_LOOKED_BACK = 3
"""The number of rows that a line is compared with: a tall line reaches beyond the row after its
own."""

_LINES_OF_A_ROW = 20
"""The number of the last lines of a row that another line is compared with; few rows have more."""

_SHARED = 0.5
"""The largest overlap of two neighbours in a row, as a share of the width of the narrower one."""


def rows_of(boxes: Sequence[Box], indexes: Sequence[int]) -> list[list[int]]:
    """Group lines into rows: in a row, the middle of each line lies within the height of the next.

    A line below another line of a row is in another row. A tall line that stands beside two rows,
    such as a stamp or a handwritten note, therefore does not join the two.

    Args:
        boxes: The place of each line of the page.
        indexes: The lines to group.

    Returns:
        The rows from top to bottom, each from left to right.
    """
    rows: list[list[int]] = []
    for index in sorted(indexes, key=lambda index: boxes[index].middle):
        near = rows[: -_LOOKED_BACK - 1 : -1]
        row = next((row for row in near if _has_room(boxes, row, index)), None)
        if row is None:
            rows.append([index])
        else:
            row.append(index)
    return [sorted(row, key=lambda index: (boxes[index].left, boxes[index].right)) for row in rows]


def _has_room(boxes: Sequence[Box], row: Sequence[int], index: int) -> bool:
    """Return whether a line stands beside the last line of a row, and below none of its lines."""
    box = boxes[index]
    if not _beside(boxes[row[-1]], box):
        return False
    # Most lines of a row are beside each other, which is found out soonest.
    others = (boxes[other] for other in row[-_LINES_OF_A_ROW:])
    return all(_beside(other, box) or not _overlap(other, box) for other in others)


def _beside(one: Box, other: Box) -> bool:
    return one.top <= other.middle <= one.bottom and other.top <= one.middle <= other.bottom


def _overlap(one: Box, other: Box) -> bool:
    """Return whether the overlap of two lines is too large for neighbours in a row."""
    shared = min(one.right, other.right) - max(one.left, other.left)
    return shared > _SHARED * min(one.width, other.width)
