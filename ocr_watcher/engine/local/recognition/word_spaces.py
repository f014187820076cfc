"""Decides where the words of a line end, by the recogniser's scores and the paper's white gaps.

In low-resolution scans the recogniser misses spaces, and inserts some inside words. The
score of a space, also where it lost, and the width of the gap together tell more than either.
"""

from __future__ import annotations

import itertools
import statistics
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr_watcher.engine.local.recognition.glyphs import Glyph

_NARROW = frozenset("iljtfrI1.,:;'!|()[]-/`\"")
_NARROW_ROOM = 4 / 48
"""Characters that leave white beside them, and how much, in heights of the line."""

_LEAST_SCORES = ((2 / 48, 0.5), (4 / 48, 0.1), (10 / 48, 0.02), (13 / 48, 0.0))
"""How high a space must score from each width of a gap on, in heights of the line, by which the gap
exceeds those between the line's letters."""
_LEAST_LETTER_SCORE = 0.02
"""The least score of a space beside a letter. Between digits, which are equally wide, the gap
decides."""
_SURE_SCORE = 0.7
_SURE_GAP = 12 / 48
"""A space that the recogniser saw between letters stays from this score on, whatever the gap, for
slanted letters leave none that is white; and where the gap is so wide."""

_LEAST_MARK_SCORE = 0.2
"""Beside a punctuation mark."""
_LEAST_WIDE_SCORES = ((6 / 48, 0.01), (9 / 48, 0.003))
"""Between Chinese and Latin, where the recogniser hardly ever sees a space."""

_POINT_SCORE = 0.3
"""The least score at which a decimal point between two digits is put back where another
character won."""

_LETTERS = 4
_SURE_LETTERS = 0.8
"""A run of so many single letters is one letter-spaced word, unless its spaces score so much on
average."""

_USUAL_GAP = 4 / 48
_FEW_GAPS = 3
"""The gap between letters, where a line has too few to tell."""


def text_of(glyphs: Sequence[Glyph], gaps: Sequence[float]) -> str:
    """Write a line with its spaces.

    Args:
        glyphs: Its characters.
        gaps: The white between each and the next, in heights of the line.

    Returns:
        The characters as they are; what is between two of them is a space, a decimal point or
        nothing.
    """
    return joined(glyphs, marks_between(glyphs, gaps))


def joined(glyphs: Sequence[Glyph], marks: Sequence[str]) -> str:
    """Write characters, with what stands between each two of them."""
    return "".join(glyph.character + mark for glyph, mark in zip(glyphs, [*marks, ""], strict=True))


def marks_between(glyphs: Sequence[Glyph], gaps: Sequence[float]) -> list[str]:
    """Return what stands between each two characters of a line, of those of `text_of`."""
    usual = _usual_gap(glyphs, gaps)
    pairs = zip(itertools.pairwise(glyphs), gaps, strict=True)
    between = [_between(*pair, gap, usual) for pair, gap in pairs]
    for first, last in _single_letters(glyphs, between):
        if _is_set_wide(glyphs[first:last]):
            between[first : last - 1] = [""] * (last - 1 - first)
    return between


def _usual_gap(glyphs: Sequence[Glyph], gaps: Sequence[float]) -> float:
    within = [gap for glyph, gap in zip(glyphs[1:], gaps, strict=True) if not glyph.spaced]
    if len(within) < _FEW_GAPS:
        within.append(_USUAL_GAP)
        return min(within)
    return statistics.median(within)


def _between(one: Glyph, other: Glyph, gap: float, usual: float) -> str:
    pair = one.character + other.character
    if pair.isdecimal() and other.point >= _POINT_SCORE and not other.spaced:
        return "."
    if other.spaced and (gap >= _SURE_GAP or _stays(pair, other)):
        return " "
    return " " if _is_apart(pair, other, gap - usual) else ""


def _stays(pair: str, glyph: Glyph) -> bool:
    are_letters = pair.isalpha() and not any(_is_wide(character) for character in pair)
    return glyph.space >= _SURE_SCORE or not are_letters


def _is_apart(pair: str, glyph: Glyph, excess: float) -> bool:
    if any(_is_wide(character) for character in pair):
        return _is_beside_chinese(pair, glyph, excess)
    room = excess - _NARROW_ROOM * sum(character in _NARROW for character in pair)
    return glyph.space >= max(_least_score(_LEAST_SCORES, room), _least_score_of(pair))


def _is_beside_chinese(pair: str, glyph: Glyph, excess: float) -> bool:
    """Return whether a space stands between Chinese and Latin; full-width marks get none."""
    if not pair.isalnum() or all(_is_wide(character) for character in pair):
        return False
    return glyph.space >= _least_score(_LEAST_WIDE_SCORES, excess)


def _least_score_of(pair: str) -> float:
    if pair.isdecimal():
        return 0.0
    return _LEAST_LETTER_SCORE if pair.isalnum() else _LEAST_MARK_SCORE


def _least_score(scores: Sequence[tuple[float, float]], room: float) -> float:
    least = [score for least_room, score in scores if room >= least_room]
    return min(least, default=_SURE_SCORE)


def _single_letters(glyphs: Sequence[Glyph], between: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield each run of single characters as its start and its end, which is exclusive."""
    first = 0
    for at in range(1, len(glyphs) + 1):
        if at == len(glyphs) or between[at - 1] != " ":
            yield _inner(glyphs, between, first, at)
            first = at


def _inner(
    glyphs: Sequence[Glyph], between: Sequence[str], first: int, last: int
) -> tuple[int, int]:
    """Trim from a run the characters that belong to the words beside it."""
    is_joined = [
        bool(at and at < len(glyphs) and not between[at - 1])
        and (glyphs[at - 1].character + glyphs[at].character).isalnum()
        for at in (first, last)
    ]
    return first + is_joined[0], last - is_joined[1]


def _is_set_wide(glyphs: Sequence[Glyph]) -> bool:
    text = "".join(glyph.character for glyph in glyphs)
    if len(glyphs) < _LETTERS or not text.isalnum() or text.isdecimal():
        return False
    return statistics.mean(glyph.space for glyph in glyphs[1:]) < _SURE_LETTERS


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"
