"""Decides which characters of a line have a space between them.

In low-resolution scans the recogniser misses spaces and inserts some inside words. So each decision
combines two measurements: the recogniser's score of a space, which is known even where another
class won, and the width of the white gap on the paper.
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
"""Characters that leave white beside them."""
_NARROW_WHITE = 4 / 48
"""The width of that white for each such character, in heights of the line."""

_LEAST_SCORES = ((2 / 48, 0.5), (4 / 48, 0.3), (6 / 48, 0.15), (7 / 48, 0.1), (10 / 48, 0.02))
"""Pairs of an excess and a score: from this excess on, a space needs at least this score. The
excess is the width by which the gap exceeds the usual gap of the line, in heights of the line."""
_LEAST_LETTER_SCORE = 0.02
"""The least score of a space beside a letter."""
_LEAST_DIGIT_SCORES = ((13 / 48, 0.001), (24 / 48, 0.0))
"""Like `_LEAST_SCORES`, between two digits, all of which are equally wide, so that the gap says
more. Where the recogniser gives a space no chance at all, a faint digit may be in the gap."""
_SURE_SCORE = 0.7
"""A space that the recogniser put between two letters is kept from this score on, however narrow
the gap is: slanted letters leave no column of pixels white."""
_SURE_GAP = 12 / 48
"""Such a space is kept from this gap on, in heights of the line, whatever its score is."""

_LEAST_MARK_SCORE = 0.2
"""The least score of a space beside a punctuation mark."""
_LEAST_MARK_SCORES = ((10 / 48, 0.03),)
"""Like `_LEAST_SCORES`, beside a mark other than those of numbers: ``DATE : 5``, ``2018 (Sun)``."""
_MARKS_OF_NUMBERS = frozenset(".,")

_LEAST_WIDE_SCORES = ((6 / 48, 0.01), (9 / 48, 0.003))
"""Like `_LEAST_SCORES`, between a Chinese and a Latin character, where the recogniser hardly ever
puts a space."""

_POINT_SCORE = 0.3
"""The least score at which a decimal point is put between two digits where another class won."""

_LETTERS = 4
"""The least number of single letters in a row that count as one letter-spaced word."""
_SURE_LETTERS = 0.8
"""The least mean score of their spaces at which such letters count as separate words instead."""

_USUAL_GAP = 4 / 48
"""The gap between two letters of a line with too few gaps to measure, in heights of the line."""
_FEW_GAPS = 3
"""The number of gaps below which a line has too few."""


def text_of(glyphs: Sequence[Glyph], gaps: Sequence[float]) -> str:
    """Return the text of a line, with the spaces between its words.

    Args:
        glyphs: The characters of the line, without spaces.
        gaps: The width of the white between each character and the next, in heights of the line;
            one fewer than there are characters.

    Returns:
        All characters, unchanged and in order; between two of them there is a space, a decimal
        point or nothing.
    """
    return joined(glyphs, marks_between(glyphs, gaps))


def joined(glyphs: Sequence[Glyph], marks: Sequence[str]) -> str:
    """Return a text of characters, with the mark between each two of them."""
    return "".join(glyph.character + mark for glyph, mark in zip(glyphs, [*marks, ""], strict=True))


def marks_between(glyphs: Sequence[Glyph], gaps: Sequence[float]) -> list[str]:
    """Return the mark between each two characters of a line, as for `text_of`."""
    usual = _usual_gap(glyphs, gaps)
    pairs = zip(itertools.pairwise(glyphs), gaps, strict=True)
    separators = [_separator(*pair, gap, usual) for pair, gap in pairs]
    for first, last in _single_letter_runs(glyphs, separators):
        if _is_letter_spaced(glyphs[first:last]):
            separators[first : last - 1] = [""] * (last - 1 - first)
    return separators


def _usual_gap(glyphs: Sequence[Glyph], gaps: Sequence[float]) -> float:
    """Return the usual gap between two characters of one word, in heights of the line."""
    within = [gap for glyph, gap in zip(glyphs[1:], gaps, strict=True) if not glyph.spaced]
    if len(within) < _FEW_GAPS:
        within.append(_USUAL_GAP)
        return min(within)
    return statistics.median(within)


def _separator(one: Glyph, other: Glyph, gap: float, usual: float) -> str:
    """Return the mark between two characters: a space, a decimal point or nothing."""
    pair = one.character + other.character
    if pair.isdecimal() and other.point >= _POINT_SCORE and not other.spaced:
        return "."
    if other.spaced and (gap >= _SURE_GAP or _keeps_space(pair, other)):
        return " "
    return " " if _needs_space(pair, other, gap - usual) else ""


def _keeps_space(pair: str, glyph: Glyph) -> bool:
    are_letters = pair.isalpha() and not any(_is_wide(character) for character in pair)
    return glyph.space >= _SURE_SCORE or not are_letters


def _needs_space(pair: str, glyph: Glyph, excess: float) -> bool:
    if any(_is_wide(character) for character in pair):
        return _needs_space_beside_chinese(pair, glyph, excess)
    adjusted = excess - _NARROW_WHITE * sum(character in _NARROW for character in pair)
    least = _least_score_for(_LEAST_SCORES, adjusted)
    if pair.isdecimal():
        return glyph.space >= min(least, _least_score_for(_LEAST_DIGIT_SCORES, excess))
    return glyph.space >= max(least, _least_score_beside(pair, adjusted))


def _needs_space_beside_chinese(pair: str, glyph: Glyph, excess: float) -> bool:
    """Return whether a Chinese and a Latin character have a space between them.

    Two Chinese characters have none, and neither has a punctuation mark of full width.
    """
    if not pair.isalnum() or all(_is_wide(character) for character in pair):
        return False
    return glyph.space >= _least_score_for(_LEAST_WIDE_SCORES, excess)


def _least_score_beside(pair: str, excess: float) -> float:
    if pair.isalnum():
        return _LEAST_LETTER_SCORE
    if _MARKS_OF_NUMBERS.isdisjoint(pair):
        return min(_LEAST_MARK_SCORE, _least_score_for(_LEAST_MARK_SCORES, excess))
    return _LEAST_MARK_SCORE


def _least_score_for(scores: Sequence[tuple[float, float]], excess: float) -> float:
    least = [score for least_excess, score in scores if excess >= least_excess]
    return min(least, default=_SURE_SCORE)


def _single_letter_runs(
    glyphs: Sequence[Glyph], separators: Sequence[str]
) -> Iterator[tuple[int, int]]:
    """Yield the start and the exclusive end of each run of characters with spaces between them."""
    first = 0
    for at in range(1, len(glyphs) + 1):
        if at == len(glyphs) or separators[at - 1] != " ":
            yield _trimmed(glyphs, separators, first, at)
            first = at


def _trimmed(
    glyphs: Sequence[Glyph], separators: Sequence[str], first: int, last: int
) -> tuple[int, int]:
    """Remove from the ends of a run the characters that belong to longer words beside it."""
    is_joined = [
        bool(at and at < len(glyphs) and not separators[at - 1])
        and (glyphs[at - 1].character + glyphs[at].character).isalnum()
        for at in (first, last)
    ]
    return first + is_joined[0], last - is_joined[1]


def _is_letter_spaced(glyphs: Sequence[Glyph]) -> bool:
    text = "".join(glyph.character for glyph in glyphs)
    if len(glyphs) < _LETTERS or not text.isalnum() or text.isdecimal():
        return False
    return statistics.mean(glyph.space for glyph in glyphs[1:]) < _SURE_LETTERS


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"
