"""The spaces between the lines of a row, so that it looks as on the paper."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from ocr_watcher.document.initials import begins_word

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ocr_watcher.document.places import Box

# Widths are in characters: of a letter of Latin print; a full-width character has two.

_WITHIN_A_SENTENCE = 1.5
"""Widest gap between two words of a sentence. An engine's boxes end a little beyond the letters,
so that the usual gap is less than one."""

_COLUMN_GAP = 2
"""Least number of spaces between two columns of a table."""

_DRIFT = 10
"""Greatest number of spaces that a gap gets more than it is wide, where the print before it is
narrow."""

_LONGEST_GAP = 100
"""Greatest number of spaces: a row across a page of paper has fewer."""

_ALIGNED = 0.75
"""Lines of several rows that begin, or end, within such a distance of the next one are aligned."""

_TELLING = 3
"""Characters that a line must have to tell how wide a character is."""

_LONGEST_WORD = 40
"""Characters at the end of a row among which its last word is looked for."""

_NARROWEST = 0.01
"""Pixels. A line whose characters are narrower tells nothing."""

_AMOUNT = re.compile(r"\d\W{0,2}$")
"""What ends with a digit, or a sign behind it, is printed to end with the amounts above it."""

_PARTED = re.compile(r"([^\W\d_]-)?[^\W\d_]+[-\u00ad\u2010]$")
"""The end of a text whose last word is parted: with or without a hyphen of its own before, as in
``mother-in-``."""

_CONJUNCTION = re.compile(r"(?:and|or|und|oder|bzw|bis|et|ou|en|of|e|y|o)\b")
"""What stands behind the hyphen of a word that is left out, as in ``Ein- und Ausgang``."""


@dataclass(frozen=True, slots=True)
class Spacing:
    """How the lines of a block are set apart.

    Attributes:
        boxes: The place of each line of the page.
        words: The text of each line of the page.
        character: The width of a character, in pixels; 0 where no line tells.
        begins: The beginning of each line of the block, in characters, aligned.
        ends: The end of each line of the block, in characters, aligned.
    """

    boxes: Sequence[Box]
    words: Sequence[str]
    character: float
    begins: Mapping[int, int]
    ends: Mapping[int, int]

    @classmethod
    def of(
        cls, boxes: Sequence[Box], words: Sequence[str], rows: Iterable[Sequence[int]]
    ) -> Spacing:
        """Measure a block, by its rows."""
        lines = [index for row in rows for index in row]
        width = _character_width(boxes, words, lines)
        return cls(
            boxes,
            words,
            width,
            _aligned({index: boxes[index].left for index in lines}, width),
            _aligned({index: boxes[index].right for index in lines}, width),
        )

    def parts(self, row: Sequence[int]) -> list[list[int]]:
        """Part a row at the gaps that are wider than within a sentence."""
        parts = [[row[0]]]
        for before, index in pairwise(row):
            if self._is_gap(before, index):
                parts.append([index])
            else:
                parts[-1].append(index)
        return parts

    def text(self, row: Sequence[int]) -> str:
        """Join the lines of a row to one line of text.

        Within a sentence there is one space, or none between two full-width characters. Elsewhere
        there are as many as keep each line as far from the beginning of the row as it is on paper,
        so that the columns of a table stand below each other: amounts by their ends, all else by
        their beginnings.
        """
        text = self.words[row[0]]
        width = columns_of(text)
        for before, index in pairwise(row):
            times = self.boxes[before].height / max(self.boxes[index].height, _NARROWEST)
            if begins_word(self.words[before], self.words[index], times):
                more = self.words[index]
            elif self._is_gap(before, index):
                spaces = self._place(index) - self.begins[row[0]] - width
                most = min(self._gap(before, index) + _DRIFT, _LONGEST_GAP)
                more = " " * max(_COLUMN_GAP, min(spaces, most)) + self.words[index]
            else:
                more = joined(text[-1:], self.words[index])[len(text[-1:]) :]
            text += more
            width += columns_of(more)
        return text

    def _place(self, index: int) -> int:
        words = self.words[index]
        if _AMOUNT.search(words):
            return self.ends[index] - columns_of(words)
        return self.begins[index]

    def _is_gap(self, left: int, right: int) -> bool:
        pixels = self.boxes[right].left - self.boxes[left].right
        return pixels > _WITHIN_A_SENTENCE * self.character

    def _gap(self, left: int, right: int) -> int:
        return self.begins[right] - self.ends[left]


def columns_of(words: str) -> int:
    """Count the columns of a terminal that a text takes: two for a full-width character.

    The widths are those of Unicode Standard Annex 11, "East Asian Width".
    """
    return len(words) + sum(map(_is_wide, words))


def joined(text: str, more: str) -> str:
    """Join two texts of a sentence: by a space, but not between full-width characters."""
    if text and more and _is_wide(text[-1]) and _is_wide(more[0]):
        return text + more
    return f"{text} {more}"


def continued(text: str, more: str) -> str:
    """Join two rows of a text; a word that was parted at the end of the first becomes whole."""
    parted = _PARTED.search(text[-_LONGEST_WORD:])
    if parted and more[:1].islower() and not _CONJUNCTION.match(more):
        return (text if parted[1] else text[:-1]) + more
    return joined(text, more)


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _character_width(boxes: Sequence[Box], words: Sequence[str], lines: Sequence[int]) -> float:
    telling = [index for index in lines if columns_of(words[index]) >= _TELLING]
    widths = [boxes[i].width / columns_of(words[i]) for i in telling or lines if words[i]]
    width = median(widths) if widths else 0.0
    return width if width >= _NARROWEST else 0.0


def _aligned(places: Mapping[int, float], character: float) -> dict[int, int]:
    """Turn pixels into characters, the same number for what is aligned."""
    if not character:
        return dict.fromkeys(places, 0)
    ordered = sorted(places, key=lambda index: places[index])
    groups: list[list[int]] = []
    for index in ordered:
        if groups and places[index] - places[groups[-1][-1]] <= _ALIGNED * character:
            groups[-1].append(index)
        else:
            groups.append([index])
    columns: dict[int, int] = {}
    for group in groups:
        middle = median(places[index] for index in group)
        columns |= dict.fromkeys(group, round(middle / character))
    return columns
