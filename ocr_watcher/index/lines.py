"""Finds the line of a text with the most of some words; pure functions, bounded for any text."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from ocr_watcher.escapes import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONGEST_LINE = 300
_BEFORE = 100
"""The number of characters that are shown before the first word of a longer line."""
_MOST_LINES = 50
"""The most lines with each word that are considered."""

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
        for start, place in _occurrences(folded_text, word):
            has[start].setdefault(word, place - start)
    start = max(has, key=lambda start: (len(has[start]), -start), default=0)
    page = 1 + folded_text.count("\f", 0, start)
    line = _line_at(text, folded_text.count("\n", 0, start) + page - 1)
    return page, _cut(line, min(has[start].values(), default=0))


def _occurrences(text: str, word: str) -> Iterator[tuple[int, int]]:
    """Yield the beginning of each line with a word, and the first position of the word in it."""
    place = text.find(word)
    for _ in range(_MOST_LINES):
        if place < 0:
            return
        yield 1 + max(text.rfind("\n", 0, place), text.rfind("\f", 0, place)), place
        end = _LINE_END.search(text, place)
        place = text.find(word, end.start()) if end else -1


def _line_at(text: str, index: int) -> str:
    start = 0
    for found in _LINE_END.finditer(text):
        if index == 0:
            return text[start : found.start()]
        index -= 1
        start = found.end()
    return text[start:]


def _cut(line: str, place: int) -> str:
    """Return a part of a line around a position, cut to a length and printable."""
    line = line.rstrip()
    start = max(0, min(place - _BEFORE, len(line) - LONGEST_LINE))
    if len(line) <= LONGEST_LINE:
        start = 0
    return printable(line[start : start + LONGEST_LINE])[:LONGEST_LINE]
