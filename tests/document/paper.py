"""Pages drawn with letters: each character is 10 pixels wide, each row 24 pixels high."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from ocr_watcher.document.page import RecognisedPage
from ocr_watcher.document.text import text_of
from ocr_watcher.values.geometry import Rectangle, Transform
from ocr_watcher.values.reading import Line

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.values.geometry import Point

CHARACTER, ROW, PRINT = 10, 24, 18
"""Pixels: the width of a character, the distance of two rows, the height of the print."""


def drawn(
    drawing: str,
    *,
    move: Callable[[float, float], Point] = lambda x, y: (x, y),
    places: str = "quad",
    to_upright: Transform | None = None,
    **details: object,
) -> RecognisedPage:
    """Return a page with a line wherever the drawing has text between two spaces and more.

    Args:
        drawing: The page. Two spaces or a bar part two lines; a tilde is a space within one.
        move: The map from the page to the picture.
        places: Which of an engine's two ways tells the places: ``quad`` or ``box``.
        to_upright: The map to the upright page, see `RecognisedPage`.
        details: The details of the page, see `RecognisedPage`.
    """
    lines = []
    for number, row in enumerate(drawing.strip("\n").split("\n")):
        for found in re.finditer(r"[^\s|]+(?: [^\s|]+)*", row):
            left, right = found.start() * CHARACTER, found.end() * CHARACTER
            top = number * ROW
            corners = [(left, top), (right, top), (right, top + PRINT), (left, top + PRINT)]
            moved = [move(*corner) for corner in corners]
            lines.append(Line(found[0].replace("~", " "), **{places: _place(moved, places)}))
    return RecognisedPage(1, 4000, 4000, tuple(lines), details, to_upright or Transform())


def _place(corners: list[Point], places: str) -> object:
    if places == "quad":
        return tuple(corners)
    left, top = (min(axis) for axis in zip(*corners, strict=True))
    right, bottom = (max(axis) for axis in zip(*corners, strict=True))
    return Rectangle(left, top, right - left, bottom - top)


def turned(degrees: float) -> Callable[[float, float], Point]:
    """Return what turns a page counter-clockwise around a point of it."""
    angle = math.radians(degrees)
    sine, cosine = math.sin(angle), math.cos(angle)
    return lambda x, y: (2000 + x * cosine + y * sine, 2000 + y * cosine - x * sine)


def laid_out(page: RecognisedPage, layout: str = "rows") -> list[str]:
    """Return the lines of the page's text."""
    return text_of([page], layout).decode().splitlines()
