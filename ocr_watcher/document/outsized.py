"""What stands across a page without being a part of its text, such as a watermark.

Engines read letters in pictures as well, in boxes as large as the picture.
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ocr_watcher.document.places import Box

_HEIGHT = 6.0
"""The least height of such a line, in heights of a line of the page."""

_MOST = 20
"""The most such lines of a page; more of them are its text."""

_LEAST_LINES = 3
"""The least number of lines that it reaches into. A headline reaches into none."""


def outsized(boxes: Sequence[Box]) -> set[int]:
    """Return the lines that are far higher than others and reach into several of them."""
    usual = median(box.height for box in boxes)
    large = [index for index, box in enumerate(boxes) if box.height >= _HEIGHT * usual > 0]
    if len(large) > _MOST:
        return set()
    others = [boxes[index] for index in set(range(len(boxes))).difference(large)]
    return {index for index in large if _reached(boxes[index], others) >= _LEAST_LINES}


def _reached(box: Box, others: Iterable[Box]) -> int:
    return sum(_overlap(box, other) for other in others)


def _overlap(one: Box, other: Box) -> bool:
    return (
        min(one.right, other.right) > max(one.left, other.left)
        and one.top < other.middle < one.bottom
    )


def with_outsized(
    boxes: Sequence[Box], blocks: Sequence[list[int]], large: Iterable[int]
) -> list[list[int]]:
    """Put each such line behind the block that has most in common with its height and width.

    Args:
        boxes: The place of each line of the page.
        blocks: The lines of each block, in reading order.
        large: The lines to put there.
    """
    behind: dict[int, list[int]] = {}
    for index in large:
        reached = [sum(_overlap(boxes[index], boxes[other]) for other in block) for block in blocks]
        behind.setdefault(reached.index(max(reached)), []).append(index)
    return [
        part
        for at, block in enumerate(blocks)
        for part in (block, *([index] for index in behind.get(at, ())))
    ]
