"""Sections: what stands on both sides of a gutter, as columns of text or as rows.

Lines of text fill their column, and the lines of both columns stand beside each other. Sections are
parted by blank bands that reach across both sides.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median
from typing import TYPE_CHECKING

from ocr_watcher.document.bands import Band, extent
from ocr_watcher.document.rows import rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ocr_watcher.document.places import Box

# All lengths are in units: the median height of a line of the page.

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

SECTION_GAP = 0.6
"""The least height of a blank band across both columns that may separate a text from a table below
it."""

_FAR_APART = 2.0
"""The least height of a blank band below which a few lines on the left are part of neither column:
more than an empty row between two paragraphs."""

_APART = 1.0
"""The least height of a blank band below a title or a sender's address, which stands on the right
of a gutter and belongs to no column."""

_FAR = 2.5
"""The least distance of two rows, in usual distances, at which other columns begin below a blank
band across both columns. With an empty row between two paragraphs it is two."""

_LEAST_BESIDE = 2
"""The least number of lines of a column that stand beside lines of the other one. If fewer do, as
with an address on the left and a date below it on the right, what stands higher is read first."""

_LEAST_STEPS = 3
"""The least number of distances between the rows of a side that show print with its own spacing."""

_REGULAR = 0.2
"""The largest difference of two of these distances, as a share of the usual one: places are inexact
by a tenth of a row."""

_OWN_STEPS = (1.1, 1.6)
"""The ratio of the usual distances of both sides, at least and at most. A smaller one is inexact
places, and from a larger one on the rows of a table have twice the distance of others."""

_NONE = 0.01
"""The distance, in pixels, up to which there is none."""


@dataclass(frozen=True, slots=True)
class Sections:
    """Splits the bands of a region.

    Attributes:
        boxes: The place of each line of the page.
        unit: The usual height of a line, in pixels.
    """

    boxes: Sequence[Box]
    unit: float

    def runs(self, band: Band) -> list[tuple[bool, Band]]:
        """Split a band from top to bottom into columns of text (True) and rows (False)."""
        sections = _joined_where(self._are_columns, list(self._sections(band)))
        verdicts = [self._are_columns(section) for section in sections]
        if True not in verdicts:
            within = [
                each for at, each in enumerate(sections) if not self._stands_alone(sections, at)
            ]
            return [(self._are_columns(Band.joined(within or sections)) is True, band)]
        runs: list[tuple[bool, Band]] = []
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
            runs.append((are_columns, Band.joined([section for _, section in run])))
        return runs

    def _are_far(self, above: Band, below: Band) -> bool:
        """Return whether columns end above a blank band, and others begin below it.

        So do articles, and boxes of a leaflet, that stand in rows.
        """
        if not (above.left and above.right and self._are_columns(above)):
            return False
        rows = max((rows_of(self.boxes, side) for side in (above.left, above.right)), key=len)
        middles = [self.boxes[row[0]].middle for row in rows]
        step = median(below - above for above, below in pairwise(middles))
        end = extent(self.boxes, [*above.left, *above.right])[1]
        begin = extent(self.boxes, [*below.left, *below.right])[0]
        return begin - end + self.unit >= _FAR * max(step, self.unit)

    def _stands_alone(self, sections: Sequence[Band], at: int) -> bool:
        """Return whether a section above or below two columns is part of none of them.

        Such are a title that is narrower than its page, and the line with which a letter begins
        below two addresses. What stands above the left column, or below the right one, is read in
        the same order either way.
        """
        section, last = sections[at], len(sections) - 1
        if at == 0 < last and not section.left and len(section.right) < _CERTAIN_LINES:
            below = extent(self.boxes, [*sections[1].left, *sections[1].right])[0]
            return below - extent(self.boxes, section.right)[1] >= _APART * self.unit
        if at == last and not section.right and len(section.left) < _CERTAIN_LINES:
            beside = [other for other in sections[:at] if other.left and other.right]
            above = max((extent(self.boxes, other.left)[1] for other in beside), default=0.0)
            if beside and extent(self.boxes, section.left)[0] - above >= _FAR_APART * self.unit:
                return True
            return all(
                sum(map(len, sides)) < _CERTAIN_LINES
                for sides in ([each.left for each in beside], [each.right for each in beside])
            )
        return False

    def _sections(self, band: Band) -> Iterator[Band]:
        """Split a band at blank strips that reach across both columns."""
        lines = sorted((*band.left, *band.right), key=lambda index: self.boxes[index].top)
        section: list[int] = []
        end = -float("inf")
        left = set(band.left)
        for index in lines:
            if section and self.boxes[index].top > end + SECTION_GAP * self.unit:
                yield Band.of(band.at, section, left)
                section = []
            section.append(index)
            end = max(end, self.boxes[index].bottom)
        yield Band.of(band.at, section, left)

    def _are_columns(self, band: Band) -> bool | None:
        """Return whether both sides are columns of text; None if they have too few lines."""
        left = [row[-1] for row in rows_of(self.boxes, band.left)]
        right = [row[0] for row in rows_of(self.boxes, band.right)]
        fewer, more = sorted((left, right), key=len)
        if self._number_beside(fewer, more) < min(_LEAST_BESIDE, len(fewer)):
            return None
        if len(fewer) >= _LEAST_LINES:
            are_texts = self._is_text(left) and self._is_text(right)
            return are_texts or self._have_own_steps(left, right)
        if fewer and self._is_text(more, _CERTAIN_LINES) and self._width(fewer) >= _LEAST_WIDTH:
            return True  # such as a caption beside a text
        return None

    def _have_own_steps(self, left: Sequence[int], right: Sequence[int]) -> bool:
        """Return whether the rows of both sides have regular distances, but not the same ones.

        The rows of a table have the same ones, or one is a multiple of the other. Those of two
        addresses in print of two sizes do not.
        """
        if min(len(left), len(right)) < _LEAST_STEPS + 1:
            return False
        steps = []
        for side in (left, right):
            middles = [self.boxes[index].middle for index in side]
            between = [below - above for above, below in pairwise(middles)]
            steps.append(median(between))
            if max(between) - min(between) > _REGULAR * steps[-1]:
                return False
        lower, upper = _OWN_STEPS
        return lower <= max(steps) / max(min(steps), _NONE) <= upper

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


def _joined_where(verdict: Callable[[Band], bool | None], sections: Sequence[Band]) -> list[Band]:
    """Join neighbouring sections without a verdict, which may have one together."""
    runs: list[tuple[bool, list[Band]]] = []
    for section in sections:
        undecided = verdict(section) is None
        if undecided and runs and runs[-1][0]:
            runs[-1][1].append(section)
        else:
            runs.append((undecided, [section]))
    return [Band.joined(run) for _, run in runs]
