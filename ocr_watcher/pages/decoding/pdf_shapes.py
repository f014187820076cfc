"""The shapes on a page of a PDF that may be writing, and those that may hide writing.

A shape is a path that is filled or stroked. Rules, frames and backgrounds of tables are no writing.
Letters that a program drew as outlines, handwriting and the letters of technical drawings are
writing.
"""

from __future__ import annotations

import ctypes
import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from ocr_watcher.pages.decoding.pdf_grid import on_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ocr_watcher.pages.types import Size
    from ocr_watcher.values.geometry import Transform

_Point = tuple[float, float]

_WRITING = 500
"""The number of segments of shapes on a page from which they may be writing: 20 to 50 letters."""
_RULES_FOR_A_SEGMENT = 10
"""The number of rules or rectangles that count as one segment of another shape."""
_CORNERS = 5
"""The most points of a rule or a rectangle: four corners, and the first one again."""
_SLIGHT = 0.1
"""The largest share of the turns of a closed line that go the other way because of rounding."""
_MOST = 20_000
"""The number of points of one shape from which its points are not examined."""
_STRAIGHT = 0.01
"""The largest difference, in units of the shape, between two ends of a level or an upright line."""

_RULE = 2.0
"""The largest thickness, in points, of a rule across text, which hides no text."""


class Box(NamedTuple):
    """A rectangle on the page, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Return whether another rectangle shares a part of this one."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def share_of(self, size: Size) -> float:
        """Return the share of a page that the rectangle takes.

        Args:
            size: The size of the page in pixels.
        """
        width = min(self.right, size[0]) - max(self.left, 0.0)
        height = min(self.bottom, size[1]) - max(self.top, 0.0)
        return max(width, 0.0) * max(height, 0.0) / (size[0] * size[1])


class Cover(NamedTuple):
    """A shape or an image that may hide text.

    Attributes:
        box: Its place.
        order: Its number in the order of painting.
        colour: Its red, green and blue, up to 255; none if it has several.
    """

    box: Box
    order: int
    colour: tuple[int, ...]


def may_be_writing(pdf: Any, objects: Iterable[Any]) -> bool:
    """Return whether the shapes among the objects of a page may be writing.

    A pattern may be made of anything, so a shape that is painted with one may be writing.

    Args:
        pdf: The document of pypdfium2.
        objects: The objects of a page.
    """
    total = 0
    for shape in objects:
        if shape.type == _raw().FPDF_PAGEOBJ_PATH:
            is_filled, is_stroked = _painted(shape)
            if not is_filled and not is_stroked:
                continue
            total += _weight(shape)
            if total > _WRITING * _RULES_FOR_A_SEGMENT or _has_pattern(pdf, shape):
                return True
    return False


def covers(objects: Iterable[Any], pixels: Transform) -> Iterator[Cover]:
    """Yield objects that may hide text, or that may be a background on which text does not show.

    These are images, shades, and shapes that are more than a thin rule or frame.

    Args:
        objects: The objects of a page.
        pixels: The transform from points of the page to pixels.
    """
    raw = _raw()
    for order, each in enumerate(objects):
        if each.type in {raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_PAGEOBJ_FORM}:
            continue
        left, bottom, right, top = _bounds(each)
        colour: tuple[int, ...] = ()
        if each.type == raw.FPDF_PAGEOBJ_PATH:
            is_filled, is_stroked = _painted(each)
            is_thin = min(right - left, top - bottom) <= _RULE
            is_frame = not is_filled and _stroke(each) <= _RULE
            if is_thin or is_frame or not (is_filled or is_stroked):
                continue
            colour = colour_of(each, is_stroked=not is_filled)
        corners = ((left, bottom), (right, bottom), (left, top), (right, top))
        xs, ys = zip(*(pixels.point(*corner) for corner in corners), strict=True)
        yield Cover(Box(min(xs), min(ys), max(xs), max(ys)), order, colour[:3])


def colour_of(each: Any, *, is_stroked: bool) -> tuple[int, ...]:
    """Return the red, green, blue and opacity of an object, up to 255; none if they are unknown.

    Args:
        each: An object of a page.
        is_stroked: Whether it is painted as lines; otherwise it is filled.
    """
    raw = _raw()
    values = [ctypes.c_uint() for _ in range(4)]
    ask = raw.FPDFPageObj_GetStrokeColor if is_stroked else raw.FPDFPageObj_GetFillColor
    return tuple(value.value for value in values) if ask(each, *values) else ()


def _painted(shape: Any) -> tuple[bool, bool]:
    mode, stroked = ctypes.c_int(), ctypes.c_int()
    _raw().FPDFPath_GetDrawMode(shape, mode, stroked)
    return bool(mode.value), bool(stroked.value)


def _weight(shape: Any) -> int:
    number: int = _raw().FPDFPath_CountSegments(shape)
    if number > _MOST:
        return number * _RULES_FOR_A_SEGMENT
    total, is_plain = 0, True
    part: list[_Point] = []
    for kind, at in _points(shape, number):
        if kind == _raw().FPDF_SEGMENT_MOVETO:
            total += _weight_of_part(part, is_plain=is_plain)
            part, is_plain = [], True
        elif kind != _raw().FPDF_SEGMENT_LINETO or (part and not _is_straight(part[-1], at)):
            is_plain = False
        part.append(at)
    return total + _weight_of_part(part, is_plain=is_plain)


def _weight_of_part(points: Sequence[_Point], *, is_plain: bool) -> int:
    if is_plain and len(points) <= _CORNERS:
        return min(len(points), 1)
    return _RULES_FOR_A_SEGMENT * (1 if _is_bulge(points) else len(points))


def _is_straight(one: _Point, other: _Point) -> bool:
    return min(abs(one[0] - other[0]), abs(one[1] - other[1])) <= _STRAIGHT


def _is_bulge(points: Sequence[_Point]) -> bool:
    """Return whether a closed line turns only one way, like a bullet or a rounded box."""
    if len(points) < _CORNERS or math.dist(points[0], points[-1]) > _STRAIGHT:
        return False
    steps = [(x - before_x, y - before_y) for (before_x, before_y), (x, y) in pairwise(points)]
    turns = [x * next_y - y * next_x for (x, y), (next_x, next_y) in pairwise(steps)]
    one_way, other_way = (sum(max(sign * turn, 0) for turn in turns) for sign in (1, -1))
    return min(one_way, other_way) <= _SLIGHT * max(one_way, other_way)


def _points(shape: Any, number: int) -> Iterator[tuple[int, _Point]]:
    raw = _raw()
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(number):
        segment = raw.FPDFPath_GetPathSegment(shape, index)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        yield raw.FPDFPathSegment_GetType(segment), (x.value, y.value)


def _has_pattern(pdf: Any, shape: Any) -> bool:
    raw = _raw()
    for drawn in (
        raw.FPDFPageObj_GetRenderedFillPattern(pdf, shape),
        raw.FPDFPageObj_GetRenderedStrokePattern(pdf, shape),
    ):
        if drawn:
            raw.FPDFBitmap_Destroy(drawn)
            return True
    return False


def _stroke(shape: Any) -> float:
    width, matrix = ctypes.c_float(), on_page(shape)
    _raw().FPDFPageObj_GetStrokeWidth(shape, width)
    return width.value * max(math.hypot(matrix.a, matrix.b), math.hypot(matrix.c, matrix.d))


def _bounds(each: Any) -> tuple[float, float, float, float]:
    """Return the left, bottom, right and top of an object, in points of the page."""
    values = [ctypes.c_float() for _ in range(4)]
    if not _raw().FPDFPageObj_GetBounds(each, *values):
        return -math.inf, -math.inf, math.inf, math.inf
    left, bottom, right, top = (value.value for value in values)
    if not each.container:
        return left, bottom, right, top
    matrix = on_page(each.container)
    corners = ((left, bottom), (right, bottom), (left, top), (right, top))
    xs, ys = zip(*(matrix.on_point(*corner) for corner in corners), strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _raw() -> Any:
    import pypdfium2.raw  # noqa: PLC0415  an extra

    return pypdfium2.raw
