"""Finds where each word of a line stands, by its characters and the ink around them.

The recogniser gives only the approximate middle of a character. The white between two words, and
above and below a word, shows where the ink of a word begins and ends.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import mean
from typing import TYPE_CHECKING

from ocr_watcher.engine.local.perspective import share_in_box
from ocr_watcher.engine.local.recognition.line_ink import (
    HEIGHT,
    length_of,
    runs_of,
)
from ocr_watcher.engine.local.recognition.word_spaces import joined
from ocr_watcher.values.geometry import between
from ocr_watcher.values.word import Word, turned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr_watcher.engine.local.recognition.glyphs import Glyph
    from ocr_watcher.engine.local.recognition.line_ink import (
        Ink,
        Span,
    )
    from ocr_watcher.values.geometry import Point, Quad

_APART = 12
"""The number of columns without ink, of a line 48 pixels high, after which ink no longer belongs to
the first or the last character of the line. The strokes of one character are closer."""

_DIGITS = 4
"""The number of decimal places of a score that is kept."""


@dataclass(frozen=True, slots=True)
class WordPlace:
    """Where a word stands on a line, in shares of the line's length and height.

    Attributes:
        text: The word.
        left: The beginning of its ink.
        top: Its upper edge.
        right: The end of its ink.
        bottom: Its lower edge.
        score: The mean confidence of the recogniser in its characters, from 0 to 1.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    score: float

    def in_box(self, box: Quad, first: int) -> WordPlace:
        """Return the place in shares of the box that the line was cut out of.

        Args:
            box: The corners of the line.
            first: The number of the corner where the line begins, above its letters.
        """
        line = turned(box, first)
        left, right = (share_in_box(share, line) for share in (self.left, self.right))
        return replace(self, left=left, right=right)

    def on(self, quad: Quad, first: int) -> Word:
        """Return the word where it is on the page.

        Args:
            quad: The corners of the line.
            first: The number of the corner where the line begins, above its letters.
        """
        line = turned(quad, first)
        corners = (
            _within(line, self.left, self.top),
            _within(line, self.right, self.top),
            _within(line, self.right, self.bottom),
            _within(line, self.left, self.bottom),
        )
        return Word(self.text, corners, self.score)


def places_of(ink: Ink, glyphs: Sequence[Glyph], marks: Sequence[str]) -> tuple[WordPlace, ...]:
    """Find the words of a line.

    Args:
        ink: The ink of the line.
        glyphs: Its characters, at least one.
        marks: The mark between each two of them; a space ends a word.
    """
    last = len(glyphs) - 1
    ends = [at for at, mark in enumerate(marks) if mark == " "]
    gaps = [ink.gap(ink.middle_of(glyphs[at]), ink.middle_of(glyphs[at + 1])) for at in ends]
    begin, end = _begin(ink, ink.middle_of(glyphs[0])), _end(ink, ink.middle_of(glyphs[last]))
    edges = [begin, *(edge for gap in gaps for edge in gap), end]
    return tuple(
        _place(ink, (left, right), glyphs[first + 1 : at + 1], marks[first + 1 : at])
        for (first, at), left, right in zip(
            pairwise([-1, *ends, last]), edges[::2], edges[1::2], strict=True
        )
    )


def _begin(ink: Ink, middle: int) -> int:
    """Return the column where the ink of a character begins, given the column of its middle."""
    blanks = runs_of(ink.white[: middle + 1])
    return max(
        (end for start, end in blanks if end <= middle and (start == 0 or end - start >= _APART)),
        default=0,
    )


def _end(ink: Ink, middle: int) -> int:
    """Return the column after the ink of a character, given the column of its middle."""
    return ink.width - _begin(ink.mirrored(), ink.width - 1 - middle)


def _place(ink: Ink, span: Span, glyphs: Sequence[Glyph], marks: Sequence[str]) -> WordPlace:
    top, bottom = _height(ink.rows(*span))
    return WordPlace(
        joined(glyphs, marks),
        span[0] / ink.width,
        top / HEIGHT,
        span[1] / ink.width,
        bottom / HEIGHT,
        round(mean(glyph.score for glyph in glyphs), _DIGITS),
    )


def _height(rows: Sequence[bool]) -> Span:
    """Return the first row of a word, and the row after its last one.

    Ink at the edge of the line, apart from the word, belongs to the line above or below.
    """
    runs = list(runs_of(rows))
    body = max(runs, key=length_of, default=(0, len(rows)))
    own = [run for run in runs if run[0] > 0 and run[1] < len(rows)]
    return min([body, *own])[0], max(end for _, end in [body, *own])


def _within(line: Quad, along: float, down: float) -> Point:
    """Return a point of a line by its shares of the line's length and height."""
    above, below = between(line[0], line[1], along), between(line[3], line[2], along)
    return between(above, below, down)
