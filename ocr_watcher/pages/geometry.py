"""Where things lie on a page: mapped back to the original picture, and in reading order."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    Point = tuple[float, float]
    Quad = Sequence[Point]

_POINT_LISTS = (
    "vertexes_location",
    "finegrained_vertexes_location",
    "min_finegrained_vertexes_location",
)


@dataclass(frozen=True, slots=True)
class Transform:
    """Maps pixels of a page as the engine saw it to pixels of the original picture.

    Attributes:
        scale_x: Original pixels to one pixel of the page, from left to right.
        scale_y: The same from top to bottom.
    """

    scale_x: float = 1.0
    scale_y: float = 1.0


def in_original(fields: Mapping[str, Any], transform: Transform) -> dict[str, Any]:
    """Maps every location among the fields of a line to pixels of the original picture.

    The service is not trusted: what has not the documented shape stays as it is.

    Args:
        fields: A line's fields, in the shape of Baidu's answers: ``location`` (``left``, ``top``,
            ``width``, ``height``), lists of ``{x, y}`` under ``vertexes_location`` and its finer
            variants, and the same within each of ``chars``.
        transform: From the page given to the engine to the original.

    Returns:
        A copy of the fields with whole pixels of the original in each location.
    """
    mapped = _locations_mapped(fields, transform)
    chars = mapped.get("chars")
    if isinstance(chars, list):
        mapped["chars"] = [
            _locations_mapped(char, transform) if isinstance(char, Mapping) else char
            for char in chars
        ]
    return mapped


def _locations_mapped(fields: Mapping[str, Any], transform: Transform) -> dict[str, Any]:
    mapped = dict(fields)
    if isinstance(mapped.get("location"), Mapping):
        mapped["location"] = _rectangle(mapped["location"], transform)
    for name in _POINT_LISTS:
        if isinstance(mapped.get(name), list):
            mapped[name] = [_point(point, transform) for point in mapped[name]]
    return mapped


def _rectangle(location: Mapping[str, Any], transform: Transform) -> dict[str, Any]:
    """Maps the edges and not the lengths, so that neighbours that touched still touch."""
    try:
        left, right = _span(location["left"], location["width"], transform.scale_x)
        top, bottom = _span(location["top"], location["height"], transform.scale_y)
    except (KeyError, TypeError, ValueError, OverflowError):
        return dict(location)
    return {**location, "left": left, "top": top, "width": right - left, "height": bottom - top}


def _span(start: float, length: float, scale: float) -> tuple[int, int]:
    return round(start * scale), round((start + length) * scale)


def _point(point: object, transform: Transform) -> object:
    if not isinstance(point, Mapping):
        return point
    try:
        x, y = round(point["x"] * transform.scale_x), round(point["y"] * transform.scale_y)
    except (KeyError, TypeError, ValueError, OverflowError):
        return point
    return {**point, "x": x, "y": y}


def reading_order(quads: Sequence[Quad]) -> list[int]:
    """Orders lines as a person reads them: row by row, each from left to right.

    A crooked scan shifts the right end of a row by more than the height of a line, so the rows are
    found along the writing and not along the page's edge.

    Args:
        quads: Four corners of each line, from the top left one clockwise, in pixels.

    Returns:
        The indexes of ``quads``, in reading order.
    """
    if not quads:
        return []
    slope = _slope(quads)
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
        """Whether the two lie in one row: the middles differ by less than half a line."""
        return abs(self.middle - other.middle) < min(self.height, other.height) / 2


def _slope(quads: Sequence[Quad]) -> float:
    """Finds the angle of the writing in radians, by the lines that are long enough to tell."""
    angles = [
        math.atan2(right[1] - left[1], right[0] - left[0])
        for left, right, _, corner in quads
        if math.dist(left, right) > 2 * math.dist(left, corner)
    ]
    return median(angles) if angles else 0.0


def _levelled(quad: Quad, slope: float) -> _Box:
    """Describes a line as it lies after the page is turned until the writing is level."""
    cosine, sine = math.cos(slope), math.sin(slope)
    across = [x * cosine + y * sine for x, y in quad]
    down = [y * cosine - x * sine for x, y in quad]
    return _Box(min(across), (min(down) + max(down)) / 2, max(down) - min(down))
