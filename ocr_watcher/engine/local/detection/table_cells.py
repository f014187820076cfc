"""Finds single characters in the rows of a table, which the detector of PP-OCR misses.

A quantity ``1`` or a tax code ``S`` that stands alone between the columns of a receipt is too small
for the detector. Where a piece of ink has the height of the letters of a row beside it and nothing
covers it, it is worth to be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr_watcher.values.geometry import Quad

_LEAST_HEIGHT, _GREATEST_HEIGHT = 0.36, 0.8
"""Heights of a capital or a digit, in heights of its row. The detector draws its boxes larger than
their letters, which are .5 to .7 of them."""

_LEAST_WIDTH, _GREATEST_WIDTH = 0.22, 1.5
"""Widths of it, in its own heights. A stroke that is more slender is a rule of the table."""

_OFF_CENTRE = 0.16
"""How far its centre is off that of its row, in heights of the row, at most."""

_CLEARANCE = 0.25
"""The gap to the next line of text, in heights of the row, at least: less is a part of that line
which its box leaves out."""

_TOGETHER = 0.35
"""The gap between two pieces of one cell, as the digits of ``12``, in heights of the row, at most.
"""

_MARGIN = 0.2
"""Added around a cell, in heights of the row, as the detector does."""

_LONGEST = 2.0
"""Heights of the row that a cell is long at most: more would have been found."""

MOST_PIECES = 400
"""More loose pieces of ink in the rows of a page are a texture, and none is read."""

MOST_CELLS = 60
"""That are read of one page, for the time they take."""


@dataclass(frozen=True, slots=True)
class Box:
    """Where something is, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        """Its extent downwards."""
        return self.bottom - self.top

    @property
    def width(self) -> float:
        """Its extent across."""
        return self.right - self.left

    @property
    def middle(self) -> float:
        """The height of its centre."""
        return (self.top + self.bottom) / 2

    def gap(self, other: Box) -> float:
        """Measure the way across between two boxes; it is negative where they overlap."""
        return max(self.left - other.right, other.left - self.right)

    def joined(self, other: Box) -> Box:
        """Cover both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def grown(self, margin: float) -> Box:
        """Add a margin on each side."""
        return Box(self.left - margin, self.top - margin, self.right + margin, self.bottom + margin)


_LEVEL = 0.25
"""How far the upper edge of a row rises or falls, in its heights, at most: beside others that do,
there is nothing to compare with."""


def box_of(quad: Quad) -> Box:
    """Find what covers a line."""
    (left, right), (top, bottom) = ((min(axis), max(axis)) for axis in zip(*quad, strict=True))
    return Box(left, top, right, bottom)


def is_row(quad: Quad) -> bool:
    """Tell a line that lies level, and is more than a slender character."""
    height, box = abs(quad[3][1] - quad[0][1]), box_of(quad)
    return abs(quad[1][1] - quad[0][1]) <= _LEVEL * height and box.width > height / 2


def cells_of(rows: Sequence[Box], lines: Sequence[Box], pieces: Sequence[Box]) -> list[Box]:
    """Find what is worth to be read between the lines that were found.

    Args:
        rows: The lines that lie level.
        lines: All that were found.
        pieces: Connected pieces of ink that no line covers.

    Returns:
        Boxes with the margins of the detector's; none where there are so many pieces that they are
        a picture or noise.
    """
    if len(pieces) > MOST_PIECES:
        return []
    cells: dict[Box, Box] = {}
    for piece in pieces:
        row = _row_of(piece, rows)
        cell = row and _with_neighbours(piece, row, pieces)
        if row and cell and cell.width <= _LONGEST * row.height and _is_clear(cell, row, lines):
            cells[cell] = cell.grown(_MARGIN * row.height)
    return list(cells.values())[:MOST_CELLS]


def _row_of(piece: Box, rows: Sequence[Box]) -> Box | None:
    """Find the nearest line that the piece is a letter beside."""
    if not _LEAST_WIDTH <= piece.width / piece.height <= _GREATEST_WIDTH:
        return None
    beside = [row for row in rows if _is_letter_of(piece, row)]
    return min(beside, key=piece.gap, default=None)


def _is_letter_of(piece: Box, row: Box) -> bool:
    return (
        _LEAST_HEIGHT * row.height <= piece.height <= _GREATEST_HEIGHT * row.height
        and abs(piece.middle - row.middle) <= _OFF_CENTRE * row.height
    )


def _with_neighbours(piece: Box, row: Box, pieces: Sequence[Box]) -> Box:
    """Join a letter with what belongs to it: its dot, a sign before it, the next digit."""
    near = [other for other in pieces if row.top <= other.middle <= row.bottom]
    cell, before = piece, None
    while cell != before and cell.width <= _LONGEST * row.height:
        before = cell
        for other in near:
            if cell.gap(other) <= _TOGETHER * row.height:
                cell = cell.joined(other)
    return cell


def _is_clear(cell: Box, row: Box, lines: Sequence[Box]) -> bool:
    return cell.height <= row.height and all(
        cell.gap(other) >= _CLEARANCE * row.height for other in lines if _on_one_row(cell, other)
    )


def _on_one_row(one: Box, other: Box) -> bool:
    return one.top < other.bottom and other.top < one.bottom
