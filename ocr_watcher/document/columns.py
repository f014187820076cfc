"""Blocks: the columns of a page, in reading order.

A gutter is a blank strip with lines on both sides of it. It separates columns of text, which are
read downwards, or columns of a table, which are read row by row. The lines on both sides of it show
the difference: lines of text fill their column.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median
from typing import TYPE_CHECKING

from ocr_watcher.document.bands import Band, extent
from ocr_watcher.document.rows import rows_of
from ocr_watcher.document.sections import SECTION_GAP, Sections

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr_watcher.document.places import Box

    _Sides = tuple[list[int], list[int]]

# All lengths are in units: the median height of a line of the page.

_TOLERANCE = 0.4
"""The largest overlap of a line with a gutter, as engines draw their boxes a little too large."""

_ALIGNED = 0.75
"""The largest distance between the beginnings of two lines that count as one beginning."""

_SENTENCE_GAP = 0.25
"""The widest gap between lines that are parts of one line of print."""

_TALL = 1.5
"""The height from which a line is a headline."""

_MOST_BEGINNINGS = 40
"""The largest number of places in a region where columns may begin: those where most lines
begin."""

_MOST_GUTTERS = 40
"""The largest number of gutters in a region that are examined, the longest first."""

_MOST_SPLITS = 60
_MOST_LINES = 4000
"""The largest number of times that a page is split, and of its lines. A broadsheet newspaper has
two thousand lines. A page with more than `_MOST_LINES` is a fault of the answer, and is one
block."""


def blocks_of(boxes: Sequence[Box]) -> list[list[int]]:
    """Split a page into blocks.

    Args:
        boxes: The place of each line.

    Returns:
        The indexes of the lines of each block, the blocks in reading order.
    """
    if not boxes:
        return []
    unit = median(box.height for box in boxes) or 1.0
    blocks = []
    regions = [list(range(len(boxes)))]
    splits = 0 if len(boxes) <= _MOST_LINES else _MOST_SPLITS
    while regions:
        region = sorted(regions.pop(), key=lambda index: boxes[index].middle)
        parts = _Region(boxes, region, unit).split() if splits < _MOST_SPLITS else []
        if parts:
            splits += 1
            regions += reversed(parts)
        else:
            blocks.append(region)
    return blocks


@dataclass(frozen=True, slots=True)
class _Region:
    """A part of a page, which is split or becomes a block.

    Attributes:
        boxes: The place of each line of the page.
        indexes: The lines of the region, from top to bottom.
        unit: The usual height of a line, in pixels.
    """

    boxes: Sequence[Box]
    indexes: Sequence[int]
    unit: float

    def split(self) -> list[list[int]]:
        """Return the parts in reading order; none if the region is a block."""
        for band in self._bands()[:_MOST_GUTTERS]:
            parts = self._parts(band)
            if parts:
                return parts
        return []

    def _bands(self) -> list[Band]:
        """Find possible columns, the highest first."""
        words = self._words()
        bands = [band for at in self._beginnings() for band in self._bands_at(at, words)]
        return sorted(bands, key=self._height, reverse=True)

    def _beginnings(self) -> list[float]:
        """Return the places where lines begin, those first where most lines begin."""
        lefts = sorted(self.boxes[index].left for index in self.indexes)
        by_place = groupby(lefts, key=lambda left: left // (_ALIGNED * self.unit))
        groups = sorted(([*group] for _, group in by_place), key=len, reverse=True)
        return [group[0] for group in groups[:_MOST_BEGINNINGS]]

    def _words(self) -> list[list[int]]:
        """Return the lines from top to bottom; lines that continue each other are one group."""
        words: list[list[int]] = []
        for row in rows_of(self.boxes, self.indexes):
            words.append([row[0]])
            for before, index in pairwise(row):
                gap = self.boxes[index].left - self.boxes[before].right
                if gap < _SENTENCE_GAP * self.unit:
                    words[-1].append(index)
                else:
                    words.append([index])
        return words

    def _bands_at(self, at: float, lines: Sequence[Sequence[int]]) -> list[Band]:
        """Split the region at the lines that cross a place where columns may begin."""
        bands: list[_Sides] = [([], [])]
        crossing: list[Sequence[int]] = []
        for line in lines:
            reach = _TOLERANCE * self.unit
            if self.boxes[line[0]].left >= at - reach:
                bands[-1][1].extend(line)
            elif self.boxes[line[-1]].right <= at + reach:
                bands[-1][0].extend(line)
            else:
                crossing.append(line)
                bands.append(([], []))
        whole = bands[:1]
        for line, (left, right) in zip(crossing, bands[1:], strict=True):
            if self._is_row_of_both(line, whole[-1], (left, right)):
                whole[-1][0].extend((*line, *left))
                whole[-1][1].extend(right)
            else:
                whole.append((left, right))
        return [Band(at, tuple(left), tuple(right)) for left, right in whole]

    def _is_row_of_both(self, line: Sequence[int], above: _Sides, below: _Sides) -> bool:
        """Return whether a line across a gutter is a row of each column, read as one line."""
        if not all((*above, *below)):
            return False
        top, bottom = extent(self.boxes, line)
        ends = [self.boxes[side[-1]].bottom for side in above]
        begins = [self.boxes[side[0]].top for side in below]
        distance = max(top - min(ends), max(begins) - bottom)
        return distance < SECTION_GAP * self.unit and bottom - top < _TALL * self.unit

    def _height(self, band: Band) -> float:
        if not band.left or not band.right:
            return 0.0
        tops, bottoms = zip(
            *(extent(self.boxes, side) for side in (band.left, band.right)), strict=True
        )
        return float(min(bottoms) - max(tops))

    def _parts(self, band: Band) -> list[list[int]]:
        """Split the region at a band; return no parts if the band has no columns of text."""
        runs = Sections(self.boxes, self.unit).runs(band)
        if not any(are_columns for are_columns, _ in runs):
            return []
        within = {*band.left, *band.right}
        top, _ = extent(self.boxes, [*within])
        outside = [index for index in self.indexes if index not in within]
        parts = [[index for index in outside if self.boxes[index].middle < top]]
        for are_columns, run in runs:
            parts += [[*run.left], [*run.right]] if are_columns else [[*run.left, *run.right]]
        parts.append([index for index in outside if self.boxes[index].middle >= top])
        return [part for part in parts if part]
