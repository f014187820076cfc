"""The line of a text that has the most of some words; pure functions, bounded for any text."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from ocr_watcher.escapes import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_LINE = 300
_BEFORE = 100
"""The characters that are shown before the first word of a longer line."""
_MOST_OCCURRENCES = 50
"""The occurrences of each word that are considered."""

_LINE_END = re.compile("[\n\f]")


def line_of(text: str, folded_text: str, words: Sequence[str]) -> tuple[int, str]:
    """Return the number of a page, from 1, and the printable line on it that has the most words.

    Args:
        text: The text.
        folded_text: The same, folded; its lines correspond to those of the text.
        words: The words, folded.
    """
    has: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for word in words:
        place = folded_text.find(word)
        for _ in range(_MOST_OCCURRENCES):
            if place < 0:
                break
            start = 1 + max(folded_text.rfind("\n", 0, place), folded_text.rfind("\f", 0, place))
            has[start].setdefault(word, place - start)
            place = folded_text.find(word, place + len(word))
    start = max(has, key=lambda start: (len(has[start]), -start), default=0)
    page = 1 + folded_text.count("\f", 0, start)
    line = _line_at(text, folded_text.count("\n", 0, start) + page - 1)
    return page, _cut(line, min(has[start].values(), default=0))


def _line_at(text: str, index: int) -> str:
    start = 0
    for found in _LINE_END.finditer(text):
        if index == 0:
            return text[start : found.start()]
        index -= 1
        start = found.end()
    return text[start:]


def _cut(line: str, place: int) -> str:
    """Cut a line to a length, around a place in it, and make it printable."""
    line = line.rstrip()
    start = max(0, min(place - _BEFORE, len(line) - LONGEST_LINE))
    if len(line) <= LONGEST_LINE:
        start = 0
    return printable(line[start : start + LONGEST_LINE])[:LONGEST_LINE]
