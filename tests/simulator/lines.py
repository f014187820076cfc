"""Lines of text as they lie on a picture."""

from __future__ import annotations

from dataclasses import dataclass

Point = tuple[float, float]
Corners = tuple[Point, Point, Point, Point]
"""The corners of an upright line, clockwise from the top left one; (0, 0) is the picture's own."""

_LINE_HEIGHT, _CHARACTER_WIDTH = 18, 9


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text, and where it lies, in pixels of the picture as it was sent."""

    words: str
    corners: Corners

    @property
    def location(self) -> dict[str, int]:
        """The rectangle around it, in whole pixels."""
        return rectangle(self.corners)

    def characters(self) -> list[tuple[str, dict[str, int]]]:
        """Each character with the rectangle around it: all are equally wide."""
        share = 1 / max(1, len(self.words))
        return [
            (character, rectangle(_part(self.corners, number * share, (number + 1) * share)))
            for number, character in enumerate(self.words)
        ]


def typed(words: str) -> tuple[Line, ...]:
    """Lines as a typewriter sets them at the upper left corner of an upright page."""
    return tuple(
        Line(line, around(2, 2 + row * _LINE_HEIGHT, len(line) * _CHARACTER_WIDTH, _LINE_HEIGHT))
        for row, line in enumerate(words.splitlines())
    )


def around(left: float, top: float, width: float, height: float) -> Corners:
    """The corners of an upright rectangle."""
    right, bottom = left + width, top + height
    return (left, top), (right, top), (right, bottom), (left, bottom)


def rectangle(corners: Corners) -> dict[str, int]:
    """The rectangle around corners, with its edges in whole pixels."""
    left, right = (round(end(x for x, _ in corners)) for end in (min, max))
    top, bottom = (round(end(y for _, y in corners)) for end in (min, max))
    return {"left": left, "top": top, "width": right - left, "height": bottom - top}


def _part(corners: Corners, start: float, end: float) -> Corners:
    """What lies between two shares of a line's length."""
    top_left, top_right, bottom_right, bottom_left = corners
    return (
        _between(top_left, top_right, start),
        _between(top_left, top_right, end),
        _between(bottom_left, bottom_right, end),
        _between(bottom_left, bottom_right, start),
    )


def _between(first: Point, second: Point, share: float) -> Point:
    return (
        first[0] + (second[0] - first[0]) * share,
        first[1] + (second[1] - first[1]) * share,
    )
