"""The lines of text that a page of a PDF has, as a sandbox tells them.

The author of the PDF may control the sandbox, so every line is checked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ocr_watcher.pages.types import MOST_OWN_CHARACTERS, MOST_OWN_LINES
from ocr_watcher.values.geometry import Rectangle
from ocr_watcher.values.reading import Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr_watcher.pages.types import Size

_BOX, _QUAD = 4, 8
"""Numbers that tell a rectangle, and four corners."""


def told(lines: Sequence[Line]) -> list[list[Any]]:
    """Return the facts of lines that have a box and a quad.

    The places of the words in a line are not among them: to find these takes PDFium as long as all
    the rest, and they can be estimated from the place of the line.
    """
    return [
        [line.text, list(line.box or ()), [at for corner in line.quad or () for at in corner]]
        for line in lines
    ]


def lines_from(told: Any, size: Size) -> tuple[Line, ...] | None:
    """Return lines from their facts.

    Args:
        told: The facts; None where the page has no text of its own.
        size: The width and height of the page, in pixels.

    Raises:
        Exception: One of `NONSENSE`: the facts are invalid.
    """
    if told is None:
        return None
    if not 0 < len(told) <= MOST_OWN_LINES:
        raise ValueError
    lines = tuple(_line(line, size) for line in told)
    if sum(len(line.text) for line in lines) > MOST_OWN_CHARACTERS:
        raise ValueError
    return lines


def _line(told: Any, size: Size) -> Line:
    text, box, quad = told
    if not isinstance(text, str) or not text:
        raise ValueError
    left, top, width, height = _numbers(box, _BOX)
    numbers = _numbers(quad, _QUAD)
    corners = tuple(zip(numbers[::2], numbers[1::2], strict=True))
    ends = ((left, top), (left + width, top + height), *corners)
    if not all(0 <= x <= size[0] and 0 <= y <= size[1] for x, y in ends):
        raise ValueError
    return Line(text, Rectangle(left, top, width, height), corners)


def _numbers(told: Any, number: int) -> list[int]:
    if len(told) != number or not all(type(each) is int and each >= 0 for each in told):
        raise ValueError
    return list(told)
