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

# Widths are in characters: a Latin letter counts one, a full-width character two.

_WITHIN_A_SENTENCE = 1.5
"""The widest gap between two words of a sentence. The boxes of an engine end a little beyond the
letters, so the usual gap is less than one."""

_COLUMN_GAP = 2
"""The least number of spaces between two columns of a table."""

_DRIFT = 10
"""The most spaces by which a gap may be wider than on the paper, to make up for narrow print before
it."""

_LONGEST_GAP = 100
"""The most spaces of a gap; a row across a whole page has fewer."""

_ALIGNED = 0.75
"""The largest distance between the beginnings, or ends, of lines of several rows that are
aligned."""

_TELLING = 3
"""The least number of characters of a line from which the width of a character is measured."""

_LONGEST_WORD = 40
"""Characters at the end of a row among which its last word is looked for."""

_NARROWEST = 0.01
"""The least width of a character, in pixels; a smaller one is a fault of the places."""

_AMOUNT = re.compile(r"\d\W{0,2}$")
"""A text that ends with a digit, or with signs behind one, is an amount: amounts in a column are
aligned by their ends."""

_PARTED = re.compile(r"([^\W\d_]-)?[^\W\d_]+[-\u00ad\u2010]$")
"""The end of a text whose last word is parted: with or without a hyphen of its own before, as in
``mother-in-``."""

_CONJUNCTION = re.compile(r"(?:and|or|und|oder|bzw|bis|et|ou|en|of|e|y|o)\b")
"""What stands behind the hyphen of a word that is left out, as in ``Ein- und Ausgang``."""


@dataclass(frozen=True, slots=True)
class Spacing:
    """The horizontal positions of the lines of a block.

    Attributes:
        boxes: The place of each line of the page.
        words: The text of each line of the page.
        character: The width of a character, in pixels; 0 if it is not known.
        begins: The column at which each line of the block begins; equal for aligned lines.
        ends: The column at which each line of the block ends; equal for aligned lines.
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
        """Measure the rows of a block."""
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
        """Split a row at the gaps that are wider than within a sentence."""
        parts = [[row[0]]]
        for before, index in pairwise(row):
            if self._is_gap(before, index):
                parts.append([index])
            else:
                parts[-1].append(index)
        return parts

    def text(self, row: Sequence[int]) -> str:
        """Join the lines of a row to one line of text.

        Within a sentence there is one space, or none between two full-width characters. At a wider
        gap, spaces keep each line as far from the beginning of the row as on the paper. The columns
        of a table are thus aligned: amounts by their ends, all other cells by their beginnings.
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
    """Return the column of each place, given in pixels; aligned places get the same column."""
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
