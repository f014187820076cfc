"""The words of a line and their places, which the engine gives or which are estimated."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING

from ocr_watcher.document.places import quad_of, upright_order
from ocr_watcher.values.geometry import Transform, between
from ocr_watcher.values.word import Word, runs_to_the_left, turned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr_watcher.values.geometry import Quad
    from ocr_watcher.values.reading import Line

__all__ = ["Word", "words_of"]

_WIDTHS = {
    **dict.fromkeys("iljI.,:;'!|·`", 0.30),
    **dict.fromkeys('ftr()[]{}-/\\"“”', 0.40),
    **dict.fromkeys("sczJkvxyaeL?*_^", 0.53),
    **dict.fromkeys("mM@%", 0.92),
    **dict.fromkeys("wWQOGNDHU&+=<>~", 0.76),
    " ": 0.30,
}
"""Widths as a multiple of the height of print, about those of Helvetica and Times."""
_SMALL, _CAPITAL, _WIDE = 0.57, 0.67, 1.0
_WITHOUT_WIDTH = frozenset({"Mn", "Me", "Cf", "Cc"})
"""Unicode categories without width: combining marks and controls."""

_WORD = re.compile(r"\S+")

_TALL = 1.5
"""The ratio of height to width from which a line of several characters is written downwards."""


def words_of(line: Line, to_reading: Transform | None = None) -> tuple[Word, ...]:
    """Return the words of a line with their places, in pixels of the original page.

    Args:
        line: The line, with the places of its words if the engine told them.
        to_reading: The map from pixels of the page to those of the page as it is read. It decides
            where an estimated word begins. None for a page that is read as it is stored.

    Returns:
        The words between white space, in the order of the text, each with a score if the line has
        one; empty if the line has no place.
    """
    words = line.text.split()
    if [word.text for word in line.words] == words:
        return tuple(_with_score(word, line.score) for word in line.words)
    quad = quad_of(line)
    if quad is None:
        return ()
    ordered = _from_begin(quad, line.text, to_reading or Transform())
    return tuple(
        Word(word, _part(ordered, *span), line.score)
        for word, span in zip(words, _spans(line.text), strict=True)
    )


def _with_score(word: Word, score: float | None) -> Word:
    return replace(word, score=score) if word.score is None else word


def _from_begin(quad: Quad, text: str, to_reading: Transform) -> Quad:
    """Return the corners of a line, first the one where it begins above its letters."""
    mapped = [to_reading.point(*corner) for corner in quad]
    order = upright_order(mapped)
    ordered = [quad[index] for index in order]
    across, down = (
        max(axis) - min(axis) for axis in zip(*(mapped[index] for index in order), strict=True)
    )
    is_downwards = down > _TALL * across and len(text.strip()) > 1
    return turned(ordered, 1) if is_downwards else ordered


def _spans(text: str) -> Iterator[tuple[float, float]]:
    """Yield the beginning and the end of each word, as shares of the length of its line."""
    ends = [0.0, *accumulate(map(width_of, text))]
    total = ends[-1] or 1.0
    for found in _WORD.finditer(text):
        begin, end = ends[found.start()] / total, ends[found.end()] / total
        yield (1 - end, 1 - begin) if runs_to_the_left(text) else (begin, end)


def width_of(character: str) -> float:
    """Return the width of a character in heights of print, as it is in most fonts for print."""
    if character in _WIDTHS:
        return _WIDTHS[character]
    if unicodedata.east_asian_width(character) in "WF":
        return _WIDE
    category = unicodedata.category(character)
    if category in _WITHOUT_WIDTH:
        return 0.0
    return _CAPITAL if category == "Lu" else _SMALL


def _part(quad: Quad, begin: float, end: float) -> Quad:
    above, below = (quad[0], quad[1]), (quad[3], quad[2])
    return (
        between(*above, begin),
        between(*above, end),
        between(*below, end),
        between(*below, begin),
    )
