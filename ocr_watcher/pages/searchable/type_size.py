"""Estimate the size of the type of a row from the ink of its words.

The box of a word is as high as its letters are: that of "are" is lower than that of "Breakfast",
although both are printed in one size.
"""

from __future__ import annotations

from statistics import median_high
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHORT = frozenset("acegmnopqrsuvwxyz.,:;-_~")
"""The characters that are no higher than an x."""
_DEEP = frozenset("gjpqy,;()[]{}|/@$Q")
"""The characters that reach below the base line."""
_FIRST_IDEOGRAPHIC = "\u2e80"
"""The first character of Unicode's East Asian writing, whose characters all fill their square."""

_X_HEIGHT, _ASCENT, _DESCENT, _SQUARE = 0.53, 0.74, 0.21, 0.92
"""The heights of print as fractions of its size, as in DejaVu, Liberation and Noto Sans CJK."""


def type_size(words: Iterable[tuple[str, float]]) -> float:
    """Return the size of the type of most words.

    Args:
        words: The text and the height of each word, at least one.
    """
    known = [*words]
    lettered = [word for word in known if any(map(str.isalnum, word[0]))]
    return median_high([height / _share(text) for text, height in lettered or known])


def _share(text: str) -> float:
    """Return the height of the ink of a text, by the size of its type."""
    if any(character >= _FIRST_IDEOGRAPHIC for character in text):
        return _SQUARE
    above = _X_HEIGHT if _SHORT.issuperset(text) else _ASCENT
    return above if _DEEP.isdisjoint(text) else above + _DESCENT
