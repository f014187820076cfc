"""The blocks and rows of a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr_watcher.document.columns import blocks_of
from ocr_watcher.document.initials import with_initials
from ocr_watcher.document.outsized import outsized, with_outsized
from ocr_watcher.document.places import boxes_of
from ocr_watcher.document.rows import rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ocr_watcher.document.page import RecognisedPage
    from ocr_watcher.document.places import Box


@dataclass(frozen=True, slots=True)
class Analysis:
    """A page as a person reads it.

    Attributes:
        boxes: The place of each line of the page.
        blocks: The blocks in reading order. A block has its rows from top to bottom. A row has its
            lines from left to right, as indexes of the lines of the page.
    """

    boxes: Sequence[Box]
    blocks: Sequence[Sequence[Sequence[int]]]

    def numbers(self) -> Mapping[int, tuple[int, int]]:
        """Return for each line the numbers of its block and of its row in the block, from 1."""
        return {
            index: (block, row)
            for block, rows in enumerate(self.blocks, 1)
            for row, indexes in enumerate(rows, 1)
            for index in indexes
        }


def analyse(page: RecognisedPage) -> Analysis | None:
    """Find the blocks and rows of a page.

    Returns:
        None if the engine does not say where the lines stand.
    """
    boxes = boxes_of(page)
    if boxes is None:
        return None
    blocks = _blocks(boxes)
    return Analysis(boxes, [with_initials(boxes, rows_of(boxes, block)) for block in blocks])


def _blocks(boxes: Sequence[Box]) -> list[list[int]]:
    large = outsized(boxes)
    if not large:
        return blocks_of(boxes)
    text = [index for index in range(len(boxes)) if index not in large]
    found = blocks_of([boxes[index] for index in text])
    return with_outsized(boxes, [[text[at] for at in block] for block in found], sorted(large))
