"""Measures: the usual positions and distances of the rows of a block."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from statistics import median, quantiles
from typing import TYPE_CHECKING

from ocr_watcher.document.spacing import columns_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr_watcher.document.row import Row

# Lengths are in heights of a row, unless their docstring says that they are in characters.

_SAME_SIZE = 1.5
"""The largest ratio of the heights of two rows of one size of print. The boxes of rows with and
without letters that reach up or down differ by as much."""

_NEAR = 1.35
"""The largest distance of two rows of a paragraph, as a multiple of the usual distance."""

_FARTHEST = 2.5
"""The largest distance of two rows of a paragraph, if there is no usual distance."""

_INDENT = 0.8
"""The least indentation of the first row of a paragraph."""

_ROOM = 2.0
"""The number of characters that may be missing at the end of a full row."""

_LONGEST_WORD = 20
"""The most characters of a word that does not fit at the end of a row. Chinese has no spaces, and
each of its rows is full to the last character."""


@dataclass(frozen=True, slots=True)
class Measure:
    """The usual positions and distances in a block, in pixels.

    Attributes:
        left: The place on the left of which no more than a tenth of the rows begins.
        right: The place on the right of which no more than a tenth of the rows ends.
        step: The median distance of two rows; 0 for a single row.
        character: The width of a character.
    """

    left: float
    right: float
    step: float
    character: float

    @classmethod
    def of(cls, rows: Sequence[Row], character: float) -> Measure:
        """Measure rows, given the width of their characters in pixels."""
        steps = [below.box.middle - above.box.middle for above, below in pairwise(rows)]
        lefts = [row.box.left for row in rows]
        rights = [row.box.right for row in rows]
        return cls(
            max(min(lefts), quantiles(lefts, n=10)[0]) if len(rows) > 1 else lefts[0],
            min(max(rights), quantiles(rights, n=10)[-1]) if len(rows) > 1 else rights[0],
            median(steps) if steps else 0.0,
            character,
        )

    def belong_together(self, paragraph: Sequence[Row], below: Row) -> bool:
        """Return whether a row continues the paragraph or the table of the rows above it."""
        above = paragraph[-1]
        if not self.are_near(above, below):
            return False
        if above.is_table or below.is_table:
            return above.is_table and below.is_table
        return not self._begins(paragraph, below)

    def are_near(self, above: Row, below: Row) -> bool:
        """Return whether two rows have one size of print and are not farther apart than usual."""
        low, high = sorted((above.box.height, below.box.height))
        step = below.box.middle - above.box.middle
        return high <= _SAME_SIZE * low and step <= min(_NEAR * self.step, _FARTHEST * high)

    def _begins(self, paragraph: Sequence[Row], below: Row) -> bool:
        first, above = paragraph[0], paragraph[-1]
        indent = _INDENT * below.box.height
        # The rows of an item stand below its text, and never to the left of its bullet.
        at_wrong_place = (
            below.left < first.left - indent
            if first.begins_item
            else below.left > self.left + indent
        )
        return at_wrong_place or self.has_room(above, below) or below.begins_item

    def has_room(self, above: Row, below: Row, margin: float | None = None) -> bool:
        """Return whether the first word of a row has room at the end of the row above it.

        Args:
            above: The row above.
            below: The row.
            margin: Where the text ends on the right, in pixels; None for that of the block.
        """
        first_word = below.text.split(" ", 1)[0]
        needed = min(columns_of(first_word), _LONGEST_WORD) + _ROOM
        right = self.right if margin is None else margin
        return not above.is_full and right - above.box.right > needed * self.character
