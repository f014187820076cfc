"""Places on a page: map them back to the original picture, and put lines in reading order."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    Point = tuple[float, float]
    Quad = Sequence[Point]


@dataclass(frozen=True, slots=True)
class Transform:
    """A map from points of one picture to points of another: scale, quarter turn, mirror, shift.

    A point (x, y) goes to (``xx * x + xy * y + x0``, ``yx * x + yy * y + y0``). The point (0, 0) is
    the upper left corner of the upper left pixel, so that edges of pixels are mapped and not their
    centres.

    Attributes:
        xx: The growth of the new x with x.
        xy: The growth of the new x with y.
        x0: The new x of the point (0, 0).
        yx: The growth of the new y with x.
        yy: The growth of the new y with y.
        y0: The new y of the point (0, 0).
    """

    xx: float = 1.0
    xy: float = 0.0
    x0: float = 0.0
    yx: float = 0.0
    yy: float = 1.0
    y0: float = 0.0

    @classmethod
    def scaling(cls, x: float, y: float) -> Transform:
        """Return the transform that stretches both axes."""
        return cls(xx=x, yy=y)

    @classmethod
    def shift(cls, x: float, y: float) -> Transform:
        """Return the transform that moves every point."""
        return cls(x0=x, y0=y)

    def point(self, x: float, y: float) -> Point:
        """Map one point."""
        return self.xx * x + self.xy * y + self.x0, self.yx * x + self.yy * y + self.y0

    def inverse(self) -> Transform:
        """Return the transform that maps the points back.

        Raises:
            ZeroDivisionError: This transform maps the whole plane onto a line.
        """
        determinant = self.xx * self.yy - self.xy * self.yx
        turned = Transform(
            xx=self.yy / determinant,
            xy=-self.xy / determinant,
            yx=-self.yx / determinant,
            yy=self.xx / determinant,
        )
        x0, y0 = turned.point(self.x0, self.y0)
        return replace(turned, x0=-x0, y0=-y0)

    def after(self, first: Transform) -> Transform:
        """Return the transform that applies ``first``, then this one."""
        x0, y0 = self.point(first.x0, first.y0)
        return Transform(
            xx=self.xx * first.xx + self.xy * first.yx,
            xy=self.xx * first.xy + self.xy * first.yy,
            x0=x0,
            yx=self.yx * first.xx + self.yy * first.yx,
            yy=self.yx * first.xy + self.yy * first.yy,
            y0=y0,
        )


class Rectangle(NamedTuple):
    """An upright rectangle, in pixels.

    Attributes:
        left: Its left edge.
        top: Its upper edge.
        width: Its extent to the right.
        height: Its extent downwards.
    """

    left: float
    top: float
    width: float
    height: float

    @property
    def corners(self) -> Quad:
        """Its corners, from the top left one clockwise."""
        left, top, width, height = self
        right, bottom = left + width, top + height
        return (left, top), (right, top), (right, bottom), (left, bottom)

    def mapped(self, transform: Transform) -> Rectangle:
        """Return the rectangle in whole pixels of another picture.

        Its edges are mapped, not its lengths, so that two rectangles that touch still touch
        afterwards.
        """
        left, top, width, height = self
        one, other = transform.point(left, top), transform.point(left + width, top + height)
        left, right = sorted((round(one[0]), round(other[0])))
        top, bottom = sorted((round(one[1]), round(other[1])))
        return Rectangle(left, top, right - left, bottom - top)


def between(one: Point, other: Point, share: float) -> Point:
    """Return the point that lies at a share of the way from one point to another."""
    return one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share


def reading_order(quads: Sequence[Quad]) -> list[int]:
    """Return the order in which a person reads lines: row by row, each from left to right.

    On a crooked scan, the right end of a row may be shifted by more than the height of a line. The
    rows are therefore found along the writing and not along the edge of the page.

    Args:
        quads: The four corners of each line, from the top left one clockwise, in pixels.

    Returns:
        The indexes of ``quads``, in reading order.
    """
    if not quads:
        return []
    slope = slope_of(quads)
    boxes = [_levelled(quad, slope) for quad in quads]
    rows: list[list[int]] = []
    for index in sorted(range(len(boxes)), key=lambda index: boxes[index].middle):
        if rows and boxes[index].beside(boxes[rows[-1][0]]):
            rows[-1].append(index)
        else:
            rows.append([index])
    return [index for row in rows for index in sorted(row, key=lambda index: boxes[index].left)]


@dataclass(frozen=True, slots=True)
class _Box:
    left: float
    middle: float
    height: float

    def beside(self, other: _Box) -> bool:
        """Return whether two boxes are in one row: the middles differ by less than half a line."""
        return abs(self.middle - other.middle) < min(self.height, other.height) / 2


def slope_of(quads: Sequence[Quad]) -> float:
    """Return the angle of the writing, measured on lines that are clearly longer than high.

    Args:
        quads: The four corners of each line, from the top left one clockwise, in pixels.

    Returns:
        The angle in radians; it is positive where the right end of a line is lower than its left
        end.
    """
    angles = [
        math.atan2(right[1] - left[1], right[0] - left[0])
        for left, right, _, corner in quads
        if math.dist(left, right) > 2 * math.dist(left, corner)
    ]
    return median(angles) if angles else 0.0


def _levelled(quad: Quad, slope: float) -> _Box:
    """Return the box of a line after the page is turned so that the writing is level."""
    cosine, sine = math.cos(slope), math.sin(slope)
    across = [x * cosine + y * sine for x, y in quad]
    down = [y * cosine - x * sine for x, y in quad]
    return _Box(min(across), (min(down) + max(down)) / 2, max(down) - min(down))
