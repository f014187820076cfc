"""Paragraphs: the rows of a block that are one text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from statistics import median, quantiles
from typing import TYPE_CHECKING

from ocr_watcher.document.places import Box
from ocr_watcher.document.spacing import Spacing, columns_of, joined

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Lengths are in heights of a row, unless they are said to be in characters.

_SAME_SIZE = 1.5
"""Print of one size: boxes with and without letters that reach up or down differ by as much."""

_NEAR = 1.35
"""Distance of two rows of a paragraph at most, in usual distances."""

_FARTHEST = 2.5
"""Distance of two rows of a paragraph at most, where there is no usual one."""

_INDENT = 0.8
"""By so much the first row of a paragraph begins later than the others."""

_ROOM = 2.0
"""Characters that may be missing at the end of a full row."""

_LONGEST_WORD = 20
"""Characters. Chinese has no spaces, and a row of it is full to its last character."""

_BULLET = re.compile(
    r"[-\u2013\u2014\u2022\u00b7\u25cf\u25cb\u25a0\u25a1*]\s|\(?\w{1,2}[.)、]\s?(?!\d)"
)
_HYPHENATED = re.compile(r"[^\W\d_]-$")


@dataclass(frozen=True, slots=True)
class _Row:
    text: str
    box: Box
    is_table: bool


def paragraphs_of(
    boxes: Sequence[Box], words: Sequence[str], rows: Sequence[Sequence[int]]
) -> Iterator[list[str]]:
    """Join the rows of a block that belong to one paragraph.

    Args:
        boxes: Where each line of the page stands.
        words: The text of each line of the page.
        rows: The rows of the block, from top to bottom, of each the lines from left to right.

    Yields:
        The lines of text of each paragraph: one, or the rows of a table.
    """
    spacing = Spacing.of(boxes, words, rows)
    block = [_row(spacing, row) for row in rows]
    measure = _Measure.of(block, spacing.character)
    paragraph: list[str] = []
    for before, row in pairwise([None, *block]):
        if row is None:
            continue
        if before is None or not measure.belong_together(before, row):
            if paragraph:
                yield paragraph
            paragraph = [row.text]
        elif before.is_table:
            paragraph.append(row.text)
        else:
            paragraph[-1] = _continued(paragraph[-1], row.text)
    if paragraph:
        yield paragraph


def _row(spacing: Spacing, row: Sequence[int]) -> _Row:
    boxes = [spacing.boxes[index] for index in row]
    around = Box(
        boxes[0].left,
        median(box.top for box in boxes),
        boxes[-1].right,
        median(box.bottom for box in boxes),
    )
    return _Row(spacing.text(row), around, spacing.is_table(row))


def _continued(text: str, more: str) -> str:
    """Join two rows; a word that was hyphenated at the end of the first becomes whole."""
    if _HYPHENATED.search(text) and more[:1].islower():
        return text[:-1] + more
    return joined(text, more)


@dataclass(frozen=True, slots=True)
class _Measure:
    """What is usual in a block, in pixels."""

    left: float
    right: float
    step: float
    character: float

    @classmethod
    def of(cls, rows: Sequence[_Row], character: float) -> _Measure:
        steps = [below.box.middle - above.box.middle for above, below in pairwise(rows)]
        lefts = [row.box.left for row in rows]
        rights = [row.box.right for row in rows]
        return cls(
            quantiles(lefts, n=10)[0] if len(rows) > 1 else lefts[0],
            quantiles(rights, n=10)[-1] if len(rows) > 1 else rights[0],
            median(steps) if steps else 0.0,
            character,
        )

    def belong_together(self, above: _Row, below: _Row) -> bool:
        """Return whether a row goes on with the paragraph, or the table, of the row above it."""
        low, high = sorted((above.box.height, below.box.height))
        step = below.box.middle - above.box.middle
        if high > _SAME_SIZE * low or step > min(_NEAR * self.step, _FARTHEST * high):
            return False
        if above.is_table or below.is_table:
            return above.is_table and below.is_table
        return not self._begins(above, below)

    def _begins(self, above: _Row, below: _Row) -> bool:
        is_indented = below.box.left - self.left > _INDENT * below.box.height
        first_word = below.text.split(" ", 1)[0]
        needed = min(columns_of(first_word), _LONGEST_WORD) + _ROOM
        is_short = self.right - above.box.right > needed * self.character
        return is_indented or is_short or bool(_BULLET.match(below.text))
