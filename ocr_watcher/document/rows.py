"""Rows: the lines that stand beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr_watcher.document.places import Box

_LOOKED_BACK = 3
"""Rows that a line is compared with: a tall line reaches past the row after its own."""

_LINES_OF_A_ROW = 20
"""Lines of a row that a further one is compared with, from the last on; few rows have more."""

_SHARED = 0.5
"""Greatest share of the width of the narrower of two lines that boxes of neighbours may share."""


def rows_of(boxes: Sequence[Box], indexes: Sequence[int]) -> list[list[int]]:
    """Group lines to rows: in one row, the middle of each lies within the height of the next.

    A line so tall that it stands beside two rows, such as a note by hand or a stamp, does not make
    one of them: what stands below a line of a row is in another row.

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
    return [sorted(row, key=lambda index: boxes[index].left) for row in rows]


def _has_room(boxes: Sequence[Box], row: Sequence[int], index: int) -> bool:
    """Return whether a line stands beside the last line of a row, and below none of it."""
    box = boxes[index]
    if not _beside(boxes[row[-1]], box):
        return False
    # Most lines of a row are beside each other, which is found out soonest.
    others = (boxes[other] for other in row[-_LINES_OF_A_ROW:])
    return all(_beside(other, box) or not _overlap(other, box) for other in others)


def _beside(one: Box, other: Box) -> bool:
    return one.top <= other.middle <= one.bottom and other.top <= one.middle <= other.bottom


def _overlap(one: Box, other: Box) -> bool:
    """Return whether the narrower of two lines shares a good part of its width with the other."""
    shared = min(one.right, other.right) - max(one.left, other.left)
    return shared > _SHARED * min(one.width, other.width)
