"""Lines of text as JSON. It is checked, as it comes from a process that may be hostile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ocr_watcher.values.geometry import Rectangle
from ocr_watcher.values.reading import Line
from ocr_watcher.values.word import Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ocr_watcher.values.geometry import Point, Quad

_BOX, _QUAD = 4, 8
"""The number of values of a rectangle, and of four corners."""


@dataclass(frozen=True, slots=True)
class TextBounds:
    """The most text that a page may have.

    Attributes:
        lines: The most lines.
        characters: The most characters of all lines together.
    """

    lines: int
    characters: int


def told(lines: Iterable[Line]) -> list[list[Any]]:
    """Return the facts of lines that have a box and a quad, in whole pixels."""
    return [
        [
            line.text,
            list(line.box or ()),
            _quad_told(line.quad or ()),
            line.score,
            [[word.text, _quad_told(word.quad), word.score] for word in line.words],
        ]
        for line in lines
    ]


def lines_from(told: Any, size: tuple[int, int], bounds: TextBounds) -> tuple[Line, ...]:
    """Return lines from their facts.

    Args:
        told: The facts.
        size: The width and height of the page, in pixels; no line lies outside of it.
        bounds: The most text.

    Raises:
        LookupError: The facts are invalid.
        TypeError: Likewise.
        ValueError: Likewise.
    """
    if len(told) > bounds.lines:
        raise ValueError
    lines = tuple(_line(line, size) for line in told)
    of_lines = sum(len(line.text) for line in lines)
    of_words = sum(len(word.text) for line in lines for word in line.words)
    if max(of_lines, of_words) > bounds.characters:
        raise ValueError
    return lines


def _line(told: Any, size: tuple[int, int]) -> Line:
    text, box, quad, score, words = told
    left, top, width, height = _numbers(box, _BOX)
    _inside(((left, top), (left + width, top + height)), size)
    return Line(
        _text(text),
        Rectangle(left, top, width, height),
        _quad(quad, size),
        _score(score),
        words=tuple(_word(*word, size=size) for word in words),
    )


def _word(text: Any, quad: Any, score: Any, *, size: tuple[int, int]) -> Word:
    return Word(_text(text), _quad(quad, size), _score(score))


def _text(told: Any) -> str:
    """Return a text that UTF-8 can hold, with at least one character.

    Raises:
        UnicodeEncodeError: It has half a pair of surrogates; a ValueError.
    """
    if not isinstance(told, str) or not told:
        raise ValueError
    told.encode()
    return told


def _score(told: Any) -> float | None:
    if told is None:
        return None
    if type(told) not in (int, float) or not 0 <= told <= 1:  # nothing compares with NaN
        raise ValueError
    return float(told)


def _quad(told: Any, size: tuple[int, int]) -> Quad:
    numbers = _numbers(told, _QUAD)
    corners = tuple(zip(numbers[::2], numbers[1::2], strict=True))
    _inside(corners, size)
    return corners


def _quad_told(quad: Quad) -> list[float]:
    return [at for corner in quad for at in corner]


def _inside(points: Iterable[Point], size: tuple[int, int]) -> None:
    if not all(0 <= x <= size[0] and 0 <= y <= size[1] for x, y in points):
        raise ValueError


def _numbers(told: Any, number: int) -> Sequence[int]:
    if len(told) != number or not all(type(each) is int and each >= 0 for each in told):
        raise ValueError
    return list(told)
