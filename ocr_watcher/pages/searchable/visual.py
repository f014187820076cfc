"""Put the characters of a word in the order in which a page shows them."""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby

from ocr_watcher.values.word import runs_to_the_left

_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
"""The characters that are no part of a line, or have no code in UTF-16."""
_FIRST_SURROGATE = "\ud800"
_REPLACEMENT = "\ufffd"

_LEFT_TO_RIGHT = frozenset({"L", "EN", "AN", "CS"})
"""The classes of the Unicode Bidirectional Algorithm (UAX #9, table 4) that run from left to right
in writing of either direction."""


def visual(text: str) -> str:
    """Return the characters of a word from left to right, without those that no line has.

    Readers expect the text of a page in this order, and turn words of right-to-left scripts back
    when they extract them. Numbers within these words run from left to right all the same.
    """
    fit = _UNFIT.sub(_fitting, text)
    if not runs_to_the_left(fit):
        return fit
    parts = groupby(reversed(_clusters(fit)), _runs_to_the_right)
    return "".join("".join([*part][::-1] if to_the_right else part) for to_the_right, part in parts)


def _runs_to_the_right(cluster: str) -> bool:
    return unicodedata.bidirectional(cluster[0]) in _LEFT_TO_RIGHT


def _clusters(text: str) -> list[str]:
    """Return the characters of a text, each with the marks that belong to it."""
    clusters: list[str] = []
    for character in text:
        if clusters and unicodedata.category(character).startswith("M"):
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


def _fitting(found: re.Match[str]) -> str:
    return _REPLACEMENT if found[0] >= _FIRST_SURROGATE else " "
