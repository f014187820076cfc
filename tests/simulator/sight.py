"""What the simulator sees on a picture with its own eyes: markers, in reading order."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from PIL import Image

from tests.simulator import markers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.simulator.lines import Line, Point


@dataclass(frozen=True, slots=True)
class View:
    """What is seen on a picture.

    Attributes:
        lines: The lines in the reading order of the upright page.
        direction: The number of quarters by which the page is turned counter-clockwise.
    """

    lines: tuple[Line, ...]
    direction: int


def view(picture: Image.Image) -> View | None:
    """Looks for markers.

    An EXIF orientation changes nothing, and where the picture is transparent it is black.

    Returns:
        What is seen; None for a picture without a single whole marker.
    """
    grey = _on_black(picture)
    darkest, brightest = grey.getextrema()
    if darkest == brightest:
        return None
    whole = markers.find(grey)
    if not whole:
        return None
    direction, angle = _turned(whole)
    return View(_in_order([*whole, *markers.fragments(grey)], angle), direction)


def _on_black(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture.convert("L")
    seen = Image.new("RGBA", picture.size, "black")
    seen.alpha_composite(picture.convert("RGBA"))
    return seen.convert("L")


def _turned(lines: Sequence[Line]) -> tuple[int, float]:
    """By how many quarters most lines are turned, and their mean angle, counter-clockwise."""
    angles = [_angle(line) for line in lines]
    quarters = [round(angle / (math.pi / 2)) for angle in angles]
    most = Counter(quarter % 4 for quarter in quarters).most_common(1)[0][0]
    crooked = (
        angle - quarter * math.pi / 2
        for angle, quarter in zip(angles, quarters, strict=True)
        if quarter % 4 == most
    )
    return most, most * math.pi / 2 + fmean(crooked)


def _angle(line: Line) -> float:
    (left, top), (right, beside) = line.corners[:2]
    return math.atan2(top - beside, right - left)


def _in_order(lines: Sequence[Line], angle: float) -> tuple[Line, ...]:
    """Row by row as the writing runs, each row from its left to its right."""
    placed = sorted((_levelled(line, angle), index) for index, line in enumerate(lines))
    rows: list[list[tuple[float, int]]] = []
    last = -math.inf
    for (down, across, height), index in placed:
        if down - last > height / 2:
            rows.append([])
            last = down
        rows[-1].append((across, index))
    return tuple(lines[index] for row in rows for _, index in sorted(row))


def _levelled(line: Line, angle: float) -> tuple[float, float, float]:
    """How far down and across the upright page a line's middle lies, and how high the line is."""
    corners = [_upright(point, angle) for point in line.corners]
    down = [y for _, y in corners]
    return fmean(down), fmean(x for x, _ in corners), max(down) - min(down)


def _upright(point: Point, angle: float) -> Point:
    x, y = point
    cosine, sine = math.cos(angle), math.sin(angle)
    return x * cosine - y * sine, x * sine + y * cosine
