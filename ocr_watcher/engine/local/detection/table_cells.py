"""Finds single characters in the rows of a table, which the detector of PP-OCR misses.

A quantity ``1`` or a tax code ``S`` that stands alone between the columns of a receipt is too small
for the detector. A piece of ink that has the height of the letters of a row beside it, and is
covered by no line, is worth reading.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr_watcher.values.geometry import Quad

_LEAST_HEIGHT, _GREATEST_HEIGHT = 0.36, 0.8
"""The least and greatest height of a capital or a digit, in heights of its row. The detector draws
its boxes larger than their letters, which have .5 to .7 of the height."""

_LEAST_WIDTH, _GREATEST_WIDTH = 0.22, 1.5
"""The least and greatest width of such a character, in its own heights. A narrower stroke is a rule
of the table."""

_OFF_CENTRE = 0.16
"""The greatest distance between its centre and that of its row, in heights of the row."""

_LEAST_PART = 0.35
"""The least height of the highest part of a broken character, in heights of the character; two
dashes or rules, one above the other, have a lower one."""

_BREAK = 0.05
"""The greatest horizontal gap between the parts of a broken character, in heights of the row."""

_CLEARANCE = 0.25
"""The least gap between a cell and the next line of text, in heights of the row. A nearer piece
belongs to that line, whose box leaves it out."""

_TOGETHER = 0.35
"""The greatest gap between two pieces of one cell, such as the digits of ``12``, in heights of the
row."""

_MARGIN = 0.2
"""The margin that is added around a cell, in heights of the row; the boxes of the detector have one
too."""

_LONGEST = 2.0
"""The greatest width of a cell, in heights of the row: the detector finds longer ones itself."""

MOST_PIECES = 400
"""The most loose pieces of ink in the rows of a page; more are a texture, of which nothing is
read."""

MOST_CELLS = 60
"""The most cells of one page that are read, because of the time that they take."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        """The distance from the upper to the lower edge."""
        return self.bottom - self.top

    @property
    def width(self) -> float:
        """The distance from the left to the right edge."""
        return self.right - self.left

    @property
    def middle(self) -> float:
        """The y of its centre."""
        return (self.top + self.bottom) / 2

    def gap(self, other: Box) -> float:
        """Return the horizontal gap between two boxes; it is negative if they overlap."""
        return max(self.left - other.right, other.left - self.right)

    def joined(self, other: Box) -> Box:
        """Return the smallest box that covers both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def grown(self, margin: float) -> Box:
        """Return the box with a margin on each side."""
        return Box(self.left - margin, self.top - margin, self.right + margin, self.bottom + margin)


_LEVEL = 0.25
"""The greatest rise or fall of the upper edge of a row, in heights of the row. Characters beside a
steeper row cannot be compared with it."""


def box_of(quad: Quad) -> Box:
    """Return the smallest box that covers a line."""
    (left, right), (top, bottom) = ((min(axis), max(axis)) for axis in zip(*quad, strict=True))
    return Box(left, top, right, bottom)


def is_row(quad: Quad) -> bool:
    """Return whether a line is level, and more than one narrow character."""
    height, box = abs(quad[3][1] - quad[0][1]), box_of(quad)
    return abs(quad[1][1] - quad[0][1]) <= _LEVEL * height and box.width > height / 2


def cells_of(rows: Sequence[Box], lines: Sequence[Box], pieces: Sequence[Box]) -> list[Box]:
    """Return the cells between the lines that are worth reading.

    Args:
        rows: The boxes of the level lines.
        lines: The boxes of all lines that were found.
        pieces: The boxes of the connected pieces of ink that no line covers.

    Returns:
        The boxes of the cells, with margins like those of the detector; none if there are so many
        pieces that they are a picture or noise.
    """
    if len(pieces) > MOST_PIECES:
        return []
    cells: dict[Box, Box] = {}
    for piece in pieces:
        letter = _whole(piece, rows, pieces)
        row = _row_of(letter, rows)
        cell = row and _with_neighbours(letter, row, pieces)
        if row and cell and cell.width <= _LONGEST * row.height and _is_clear(cell, row, lines):
            cells[cell] = cell.grown(_MARGIN * row.height)
    return list(cells.values())[:MOST_CELLS]


def _whole(piece: Box, rows: Sequence[Box], pieces: Sequence[Box]) -> Box:
    """Return the character of a piece: the piece joined with the parts above and below it.

    The strokes of faint print are broken. A piece that is no part is returned as it is.
    """
    if _row_of(piece, rows):
        return piece
    for row in rows:
        if row.top <= piece.middle <= row.bottom and piece.height < _GREATEST_HEIGHT * row.height:
            parts = [other for other in pieces if _is_over(piece, other, row)]
            whole = reduce(Box.joined, parts, piece)
            highest = max(part.height for part in (piece, *parts))
            if highest >= _LEAST_PART * whole.height and _row_of(whole, [row]):
                return whole
    return piece


def _is_over(piece: Box, other: Box, row: Box) -> bool:
    """Return whether a piece is above or below another on the same row."""
    return piece.gap(other) <= _BREAK * row.height and row.top <= other.middle <= row.bottom


def _row_of(piece: Box, rows: Sequence[Box]) -> Box | None:
    """Return the nearest row that a piece fits as a letter; None if there is none."""
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
    """Return a letter joined with its neighbours: its dot, a sign before it, the next digit."""
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
