"""Keep the rows of a crooked page apart.

The words at the end of a wide row of a crooked page stand as high as those at the beginning of the
next row but one. Poppler takes the rows for one block then, and sorts what is in it by height. So
each row becomes a block of its own, by a tie at the left of all rows, on the height of the middle
of its row. The size of the tie is such that the block takes the words of its row and none of a
smaller size, and each row is smaller than the one above by a little. The ties have no width and
stand below each other, so that none is above or below a block that began with another one.

Blocks that stand below each other are read in the order of their upper edges, so each tie reaches
as high as that takes. It also begins the line of the words: its size decides how far the base lines
of the words of a line may be apart (`TextBlock::coalesce`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from ocr_watcher.pages.searchable.base_lines import base_lines_of, is_one_line, on_one_base_line
from ocr_watcher.pages.searchable.ties import Tie, TiedRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr_watcher.pages.searchable.base_lines import Row
    from ocr_watcher.pages.searchable.place import Place

_CLEAR = 0.7
"""The least distance of the base lines of two rows that need no ties, as a fraction of the size of
the font. Poppler looks for the beginning of a line within half a size and a few points more."""
_TIE = 2.495
"""The size of a tie, by that of its row: poppler's limit, 0.4 of the size of the tie, is a little
below that of the row then, and above that of the next one."""
_SMALLER = 0.996
"""The largest size of a row by that of the one above."""
_LEAST = 0.45
"""The least size of a row, by what it would be on a straight page."""

_REACH = 0.48
"""The largest distance of the base line of a word from that of its tie, as a fraction of the size
of the tie. Poppler's limit is 0.5, and the base lines are rounded."""
_BEYOND = 0.52
"""The least distance of the next tie below a tie, as a fraction of the size of the tie."""
_UPWARDS = 11.5
"""The largest distance of the base line of a word above that of its tie, in points. Poppler looks
for the beginning of a block in the uppermost 12 points, which are three of its steps
(`TextPool`)."""
_FREE = 2.0
"""The distance, in sizes of the tie, beyond which the next row need not be smaller than a row."""

_INK = 0.45
"""The distance by which the base lines of most words can be raised within their ink, as a fraction
of the size of the font."""
_DASH = 0.35
"""The height of a dash above the base line, as a fraction of the size of the font."""

_BESIDE = 0.6
"""The largest distance in height of two rows beside each other, as a fraction of their size."""
_NEAR = 0.6
"""The largest distance of the beginning of a row from its tie, as a fraction of the size of the
tie. Poppler's limit is 0.7."""
_ASIDE = 0.05
"""The distance of the ties to the left of all words, in points."""
_LOW = 1 / 15
"""The height of a blank, by the size of its font: the least that a font has, and its step."""
_STEP = 0.1
"""The least distance of the upper edges of two blocks, by the size of the font."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """What all rows have in common, in points along and across the writing."""

    left: float
    right: float
    lean: float
    direction: float

    @property
    def rise(self) -> float:
        """How much higher one end of a row is than its middle."""
        return (self.right - self.left) / 2 * math.tan(abs(self.lean))

    def height_of(self, row: Row) -> float:
        """Return the height of the feet of a row in the middle between left and right."""
        middle = (self.left + self.right) / 2
        return median(
            piece.place.base
            - (piece.place.start + piece.place.length / 2 - middle) * math.tan(self.lean)
            for piece in row.pieces
        )


def rows_apart(rows: Sequence[Row], lean: float) -> Sequence[TiedRow]:
    """Return the rows, each tied into a block; none if they need no ties or cannot be tied.

    Rows beside each other become one.

    Args:
        rows: The rows in reading order, each word with its base line at its feet.
        lean: The angle at which the page lies crooked, in radians.
    """
    if _are_clear([*map(on_one_base_line, rows)]):
        return []
    places = [piece.place for row in rows for piece in row.pieces]
    frame = _Frame(
        min(place.start for place in places) - _ASIDE,
        max(place.start + place.length for place in places),
        lean,
        places[0].direction,
    )
    rows, heights = _joined(rows, [frame.height_of(row) for row in rows])
    sizes = [*_sizes(rows, heights)]
    if any(size < _LEAST * row.size for row, size in zip(rows, sizes, strict=True)):
        return []
    raised = _raised(frame, min(sizes))
    bases = [height + raised for height in heights]
    return _tied([*map(_laid, rows, sizes, bases)], bases, frame)


def _are_clear(rows: Sequence[Row]) -> bool:
    """Return whether poppler takes each row for one line, and none for a part of another one."""
    return all(map(is_one_line, rows)) and all(
        min(base_lines_of(row)) - max(base_lines_of(following)) >= _CLEAR * row.size
        for row, following in pairwise(rows)
    )


def _joined(rows: Sequence[Row], heights: Sequence[float]) -> tuple[list[Row], list[float]]:
    """Return the rows with their heights, each that stands beside the one before joined to it.

    Args:
        rows: The rows.
        heights: The heights of their feet.
    """
    joined: list[Row] = []
    at: list[float] = []
    for row, height in zip(rows, heights, strict=True):
        if joined and _is_behind(joined[-1], row, abs(at[-1] - height)):
            *pieces, end = joined[-1].pieces
            pieces += [replace(end, spaced=True), *row.pieces]
            size = min(joined[-1].size, row.size)
            joined[-1], at[-1] = replace(row, pieces=pieces, size=size), max(at[-1], height)
        else:
            joined.append(row)
            at.append(height)
    return joined, at


def _is_behind(row: Row, following: Row, step: float) -> bool:
    """Return whether a row stands beside the one before, to its right.

    Args:
        row: The row before.
        following: The row.
        step: How much higher or lower it is.
    """
    end = row.pieces[-1].place
    behind = following.pieces[0].place.start >= end.start + end.length
    return behind and step < _BESIDE * max(row.size, following.size)


def _sizes(rows: Sequence[Row], heights: Sequence[float]) -> Iterator[float]:
    """Yield the sizes of the rows that keep them apart."""
    largest = math.inf
    for row, (height, below) in zip(rows, pairwise([*heights, -math.inf]), strict=True):
        size = min(row.size, largest, (height - below) / _BEYOND / _TIE)
        yield size
        largest = math.inf if height - below > _FREE * _TIE * size else _SMALLER * size


def _raised(frame: _Frame, size: float) -> float:
    """Return how far the ties are above the feet of the rows in their middle.

    The base lines of most words can be moved up from their feet, but not down, and those of dashes
    are above the others.

    Args:
        frame: What all rows have in common.
        size: The size of the smallest row.
    """
    reach = _REACH * _TIE * size
    least = max(0.0, frame.rise - min(reach, _UPWARDS))
    most = reach + _INK * size - frame.rise
    return max(least, min(least + _DASH * size, most))


def _laid(row: Row, size: float, base: float) -> Row:
    """Return a row in another size, with the base lines of its words near that of its tie."""
    reach = _REACH * _TIE * size
    lowest, highest = base - reach, base + min(reach, _UPWARDS)
    pieces = [
        replace(piece, place=piece.place.raised(min(max(at, lowest), highest) - at))
        for piece in row.pieces
        for at in [piece.place.base]
    ]
    return replace(row, pieces=pieces, size=size)


def _tied(rows: Sequence[Row], bases: Sequence[float], frame: _Frame) -> list[TiedRow]:
    """Return the rows with their ties, the upper edge of each block above those of all later ones.

    Args:
        rows: The rows as they are laid.
        bases: The base lines of the ties.
        frame: What all rows have in common.
    """
    tied: list[TiedRow] = []
    top = -math.inf
    for row, base in zip(reversed(rows), reversed(bases), strict=True):
        top = max(top + _STEP * row.size, *(_top(piece.place) for piece in row.pieces))
        ties = [*_ties(row, base, top, frame)]
        top = max(_top(tie.place) for tie in ties)
        tied.append(TiedRow(row, ties, begins_with_tie=True))
    return tied[::-1]


def _ties(row: Row, base: float, top: float, frame: _Frame) -> Iterator[Tie]:
    """Yield the tie of a row, and a blank that leads to its words if they are far from it.

    Args:
        row: The row.
        base: The base line of the tie.
        top: How high the block reaches.
        frame: What all rows have in common.
    """
    tie = partial(Tie.at, direction=frame.direction)
    left, start = frame.left, row.pieces[0].place.start
    size, low = _TIE * row.size, _LOW * row.size
    step = _LOW * size
    yield tie(left, left, base, size=size, height=max(1, math.ceil((top - base) / step)) * step)
    if start - left > _NEAR * size:
        yield tie(left + _ASIDE, start - _ASIDE, base, size=row.size, height=low)


def _top(place: Place) -> float:
    return place.base - place.below + place.height
