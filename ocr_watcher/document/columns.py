"""Blocks: the columns of a page, in reading order.

A gutter is a blank strip with lines on both sides of it. It separates columns of text, which are
read downwards, or columns of a table, which are read row by row. The lines on both sides of it show
the difference: lines of text fill their column.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median
from typing import TYPE_CHECKING

from ocr_watcher.document.rows import rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ocr_watcher.document.places import Box

    _Sides = tuple[list[int], list[int]]

# All lengths are in units: the median height of a line of the page.

_TOLERANCE = 0.4
"""The largest overlap of a line with a gutter, as engines draw their boxes a little too large."""

_ALIGNED = 0.75
"""The largest distance between the beginnings of two lines that count as one beginning."""

_LEAST_LINES = 3
"""The least number of lines on each side of a gutter that can show columns of text."""

_LEAST_WIDTH = 6.0
"""The least width of a column of text: a dozen Latin letters, or half a dozen Chinese
characters."""

_FULL = 0.7
_FULL_SHARE = 0.6
"""In a column of text, at least the share `_FULL_SHARE` of the lines has at least the share `_FULL`
of its width. The other lines end a paragraph."""

_CERTAIN_LINES = 5
"""The least number of lines that show a column of text even if few lines stand beside it."""

_SENTENCE_GAP = 0.25
"""The widest gap between lines that are parts of one line of print."""

_TALL = 1.5
"""The height from which a line is a headline."""

_SECTION_GAP = 0.6
"""The least height of a blank band across both columns that may separate a text from a table below
it."""

_APART = 1.0
"""Height of a blank band below a title or a sender's address, which stands on the right of a gutter
and belongs to no column."""

_FAR = 2.5
"""Distance of rows, in usual ones, from which on other columns begin below a blank band across both
columns. An empty row between two paragraphs makes it two."""

_LEAST_BESIDE = 2
"""Lines of a column that stand beside lines of the other one. Where fewer do, as an address on the
left and a date below it on the right, what stands higher is read first."""

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
class _Band:
    """The part of a gutter between two lines that cross it, with the lines on both of its sides."""

    at: float
    left: tuple[int, ...]
    right: tuple[int, ...]


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

    def _bands(self) -> list[_Band]:
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

    def _bands_at(self, at: float, lines: Sequence[Sequence[int]]) -> list[_Band]:
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
        return [_Band(at, tuple(left), tuple(right)) for left, right in whole]

    def _is_row_of_both(self, line: Sequence[int], above: _Sides, below: _Sides) -> bool:
        """Return whether a line across a gutter is a row of each column, read as one line."""
        if not all((*above, *below)):
            return False
        top, bottom = self._extent(line)
        ends = [self.boxes[side[-1]].bottom for side in above]
        begins = [self.boxes[side[0]].top for side in below]
        distance = max(top - min(ends), max(begins) - bottom)
        return distance < _SECTION_GAP * self.unit and bottom - top < _TALL * self.unit

    def _height(self, band: _Band) -> float:
        if not band.left or not band.right:
            return 0.0
        tops, bottoms = zip(*(self._extent(side) for side in (band.left, band.right)), strict=True)
        return float(min(bottoms) - max(tops))

    def _extent(self, side: Sequence[int]) -> tuple[float, float]:
        return (
            min(self.boxes[index].top for index in side),
            max(self.boxes[index].bottom for index in side),
        )

    def _parts(self, band: _Band) -> list[list[int]]:
        """Split the region at a band; return no parts if the band has no columns of text."""
        runs = self._runs(band)
        if not any(are_columns for are_columns, _ in runs):
            return []
        within = {*band.left, *band.right}
        top, _ = self._extent([*within])
        outside = [index for index in self.indexes if index not in within]
        parts = [[index for index in outside if self.boxes[index].middle < top]]
        for are_columns, run in runs:
            parts += [[*run.left], [*run.right]] if are_columns else [[*run.left, *run.right]]
        parts.append([index for index in outside if self.boxes[index].middle >= top])
        return [part for part in parts if part]

    def _runs(self, band: _Band) -> list[tuple[bool, _Band]]:
        """Split a band from top to bottom into columns of text (True) and rows (False)."""
        sections = _joined_where(self._are_columns, list(self._sections(band)))
        verdicts = [self._are_columns(section) for section in sections]
        if True not in verdicts:
            within = [
                each for at, each in enumerate(sections) if not self._stands_alone(sections, at)
            ]
            return [(self._are_columns(_joined(within or sections)) is True, band)]
        runs: list[tuple[bool, _Band]] = []
        # Sections with too few lines to decide belong to the columns, as a line above or below them
        # does.
        number, kinds = 0, list[tuple[int, bool]]()
        for at, verdict in enumerate(verdicts):
            number += verdict is True and at > 0 and self._are_far(*sections[at - 1 : at + 1])
            is_alone = verdict is None and self._stands_alone(sections, at)
            kinds.append((number, verdict is not False and not is_alone))
        for (_, are_columns), run in groupby(
            zip(kinds, sections, strict=True), key=lambda pair: pair[0]
        ):
            runs.append((are_columns, _joined([section for _, section in run])))
        return runs

    def _are_far(self, above: _Band, below: _Band) -> bool:
        """Return whether columns end above a blank band, and others begin below it.

        So do articles, and boxes of a leaflet, that stand in rows.
        """
        if not (above.left and above.right and self._are_columns(above)):
            return False
        rows = max((rows_of(self.boxes, side) for side in (above.left, above.right)), key=len)
        middles = [self.boxes[row[0]].middle for row in rows]
        step = median(below - above for above, below in pairwise(middles))
        end = self._extent([*above.left, *above.right])[1]
        begin = self._extent([*below.left, *below.right])[0]
        return begin - end + self.unit >= _FAR * max(step, self.unit)

    def _stands_alone(self, sections: Sequence[_Band], at: int) -> bool:
        """Return whether a section above or below two columns is part of none of them.

        Such are a title that is narrower than its page, and the line with which a letter begins
        below two addresses. What stands above the left column, or below the right one, is read in
        the same order either way.
        """
        section, others = sections[at], [*sections[:at], *sections[at + 1 :]]
        if at == 0 and others and not section.left and len(section.right) < _CERTAIN_LINES:
            below = self._extent([*others[0].left, *others[0].right])[0]
            return below - self._extent(section.right)[1] >= _APART * self.unit
        if at == len(sections) - 1 and not section.right and len(section.left) < _CERTAIN_LINES:
            beside = [other for other in others if other.left and other.right]
            return all(
                sum(map(len, sides)) < _CERTAIN_LINES
                for sides in ([each.left for each in beside], [each.right for each in beside])
            )
        return False

    def _sections(self, band: _Band) -> Iterator[_Band]:
        """Split a band at blank strips that reach across both columns."""
        lines = sorted((*band.left, *band.right), key=lambda index: self.boxes[index].top)
        section: list[int] = []
        end = -float("inf")
        left = set(band.left)
        for index in lines:
            if section and self.boxes[index].top > end + _SECTION_GAP * self.unit:
                yield _sides(band.at, section, left)
                section = []
            section.append(index)
            end = max(end, self.boxes[index].bottom)
        yield _sides(band.at, section, left)

    def _are_columns(self, band: _Band) -> bool | None:
        """Return whether both sides are columns of text; None if they have too few lines."""
        left = [row[-1] for row in rows_of(self.boxes, band.left)]
        right = [row[0] for row in rows_of(self.boxes, band.right)]
        fewer, more = sorted((left, right), key=len)
        if self._number_beside(fewer, more) < min(_LEAST_BESIDE, len(fewer)):
            return None
        if len(fewer) >= _LEAST_LINES:
            return self._is_text(left) and self._is_text(right)
        if fewer and self._is_text(more, _CERTAIN_LINES) and self._width(fewer) >= _LEAST_WIDTH:
            return True  # such as a caption beside a text
        return None

    def _number_beside(self, lines: Sequence[int], others: Sequence[int]) -> int:
        """Return how many of some lines have one of the others beside them; both from the top."""
        tops = [self.boxes[other].top for other in others]
        number = 0
        for box in (self.boxes[index] for index in lines):
            at = bisect_left(tops, box.bottom) - 1
            number += at >= 0 and self.boxes[others[at]].bottom > box.top
        return number

    def _is_text(self, lines: Sequence[int], least: int = _LEAST_LINES) -> bool:
        """Return whether lines that stand below each other are a column of text."""
        begin = median(self.boxes[index].left for index in lines) if lines else 0.0
        # Where a column has a blank row, the line beside it is of the column before it.
        own = [self.boxes[i] for i in lines if self.boxes[i].left >= begin - self.unit]
        if len(own) < least:
            return False
        # Three of four lines end here or before, so a line that continues across the gutter is
        # ignored.
        end = sorted(box.right for box in own)[(3 * len(own) - 1) // 4]
        width = end - begin
        full = [box for box in own if box.width >= _FULL * width]
        return width >= _LEAST_WIDTH * self.unit and len(full) >= _FULL_SHARE * len(own)

    def _width(self, lines: Sequence[int]) -> float:
        return max(self.boxes[index].width for index in lines) / self.unit


def _sides(at: float, lines: Sequence[int], left: set[int]) -> _Band:
    return _Band(
        at,
        tuple(index for index in lines if index in left),
        tuple(index for index in lines if index not in left),
    )


def _joined(bands: Sequence[_Band]) -> _Band:
    return _Band(
        bands[0].at,
        tuple(index for band in bands for index in band.left),
        tuple(index for band in bands for index in band.right),
    )


def _joined_where(
    verdict: Callable[[_Band], bool | None], sections: Sequence[_Band]
) -> list[_Band]:
    """Join neighbouring sections without a verdict, which may have one together."""
    runs: list[tuple[bool, list[_Band]]] = []
    for section in sections:
        undecided = verdict(section) is None
        if undecided and runs and runs[-1][0]:
            runs[-1][1].append(section)
        else:
            runs.append((undecided, [section]))
    return [_joined(run) for _, run in runs]
