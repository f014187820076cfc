"""The places of the lines on a page that is held as it is read."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr_watcher.values.geometry import Transform, slope_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ocr_watcher.document.page import RecognisedPage
    from ocr_watcher.values.geometry import Quad
    from ocr_watcher.values.reading import Line

_COLUMNS_TO_ROWS = Transform(xx=0, xy=1, yx=-1, yy=0)
"""The turn that makes vertical writing level: columns from right to left become rows downwards."""

_MIRROR = Transform(xx=-1)
"""The reflection that puts the beginning of right-to-left writing on the left."""

_TALL = 1.5
"""The ratio of height to width from which a line of several characters is written downwards."""


@dataclass(frozen=True, slots=True)
class Box:
    """The place of a line, in pixels: its row begins at ``left``, and ``top`` is above it.

    For vertical and right-to-left writing the page is turned or mirrored first, so that rows run
    from left to right and follow each other downwards, whatever the script.
    """

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Its extent along the row."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Its extent across the row."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """The middle of its extent across the row."""
        return (self.top + self.bottom) / 2


def boxes_of(page: RecognisedPage) -> list[Box] | None:
    """Find the place of each line of a page.

    Args:
        page: The page. Each of its lines may have a place: four corners, or a rectangle.

    Returns:
        A box for each line; None if any line has no place.
    """
    found = [quad for quad in (quad_of(line) for line in page.lines) if quad]
    if not found or len(found) < len(page.lines):
        return None
    upright = [_mapped(quad, page.to_reading) for quad in found]
    to_rows = _to_rows(page.lines, upright)
    level = [_from_top_left(_mapped(quad, to_rows)) for quad in upright]
    slope = slope_of(level)
    return [_levelled(quad, slope) for quad in level]


def quad_of(line: Line) -> Quad | None:
    """Return the corners of a line, or of its rectangle; None if it has neither."""
    return line.quad or (line.box and line.box.corners)


def upright_order(quad: Quad) -> list[int]:
    """Return the order of corners that goes clockwise from the top left one."""
    x, y = (sum(axis) / len(quad) for axis in zip(*quad, strict=True))
    clockwise = sorted(
        range(len(quad)), key=lambda at: math.atan2(quad[at][1] - y, quad[at][0] - x)
    )
    first = min(range(len(quad)), key=lambda place: sum(quad[clockwise[place]]))
    return [*clockwise[first:], *clockwise[:first]]


def _to_rows(lines: Sequence[Line], quads: Sequence[Quad]) -> Transform:
    """Return the transform by which the rows of an upright page run from left to right."""
    if _is_written_downwards(lines, quads):
        return _COLUMNS_TO_ROWS
    return _MIRROR if _is_right_to_left(lines) else Transform()


def _is_written_downwards(lines: Sequence[Line], quads: Sequence[Quad]) -> bool:
    votes = 0
    for line, quad in zip(lines, quads, strict=True):
        width, height = (max(axis) - min(axis) for axis in zip(*quad, strict=True))
        if len(line.text) > 1:
            votes += len(line.text) if height > _TALL * width else -len(line.text)
    return votes > 0


def _is_right_to_left(lines: Iterable[Line]) -> bool:
    votes = 0
    for line in lines:
        kinds = [unicodedata.bidirectional(character) for character in line.text]
        votes += sum(kind in {"R", "AL"} for kind in kinds) - kinds.count("L")
    return votes > 0


def _mapped(quad: Quad, transform: Transform) -> Quad:
    return [transform.point(*corner) for corner in quad]


def _from_top_left(quad: Quad) -> Quad:
    return [quad[index] for index in upright_order(quad)]


def _levelled(quad: Quad, slope: float) -> Box:
    """Return the box of a line after the page is turned so that the writing is level."""
    cosine, sine = math.cos(slope), math.sin(slope)
    along = [x * cosine + y * sine for x, y in quad]
    across = [y * cosine - x * sine for x, y in quad]
    return Box(min(along), min(across), max(along), max(across))
