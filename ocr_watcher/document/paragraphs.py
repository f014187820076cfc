"""Paragraphs: the rows of a block that are one text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median, quantiles
from typing import TYPE_CHECKING

from ocr_watcher.document.indents import with_own_margin, without_indents
from ocr_watcher.document.initials import is_initial
from ocr_watcher.document.places import Box
from ocr_watcher.document.spacing import Spacing, columns_of, continued, joined
from ocr_watcher.document.stanzas import is_stanza
from ocr_watcher.values.dialect_paragraphs import lines_of_paragraphs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr_watcher.document.page import RecognisedPage

# Lengths are in heights of a row, unless their docstring says that they are in characters.

_SAME_SIZE = 1.5
"""The largest ratio of the heights of two rows of one size of print. The boxes of rows with and
without letters that reach up or down differ by as much."""

_NEAR = 1.35
"""The largest distance of two rows of a paragraph, as a multiple of the usual distance."""

_FARTHEST = 2.5
"""The largest distance of two rows of a paragraph, if there is no usual distance."""

_INDENT = 0.8
"""The least indentation of the first row of a paragraph."""

_ROOM = 2.0
"""The number of characters that may be missing at the end of a full row."""

_LONGEST_WORD = 20
"""The most characters of a word that does not fit at the end of a row. Chinese has no spaces, and
each of its rows is full to the last character."""

BULLETS = r"[-\u2013\u2014\u2022\u00b7\u25cf\u25cb\u25a0\u25a1*]"
"""The characters that mark an item of a list."""

_HAN_NUMBERS = "[一二三四五六七八九十百甲乙丙丁]{1,3}"
_BULLET = re.compile(
    rf"{BULLETS}\s|[\u2460-\u2473]|[(\uff08]?(?:\d{{1,3}}|{_HAN_NUMBERS})[.)\uff09、\uff0e]\s?(?!\d)"
    r"|\(?(?:[^\W\d_\u3040-\uffff]|[ivxIVX]{2,4})[.)]\s"
)
"""What an item of a list begins with. Other short words before a full stop or a Chinese comma are
most often the end of a sentence or of a part of it."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Lines of a row between which no gap is wider than within a sentence.

    Attributes:
        text: Their text.
        left: Their left end, in pixels.
        right: Their right end, in pixels.
    """

    text: str
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Row:
    """A row of print.

    Attributes:
        text: Its text, laid out as on the paper.
        box: Its place. The height is that of most of its lines; a taller line does not change it.
        cells: Its parts, from left to right.
        ends_line: Whether no text goes on from it to the next row.
        initial: The place of the initial that it begins with, if it does.
        begin: Where it would begin without an indentation that begins no paragraph, in pixels; None
            if it has none.
        is_full: Whether it ends where its text does on the right, although others are longer.
    """

    text: str
    box: Box
    cells: tuple[Cell, ...]
    ends_line: bool = False
    initial: Box | None = None
    begin: float | None = None
    is_full: bool = False

    @property
    def left(self) -> float:
        """Where it begins, as far as that tells whether a paragraph begins with it."""
        return self.box.left if self.begin is None else self.begin

    @property
    def is_table(self) -> bool:
        """Whether it has a gap that is wider than within a sentence, other than behind a bullet."""
        first, *others = self.cells
        return len(others) > 1 or (bool(others) and not _BULLET.fullmatch(first.text + " "))

    @property
    def begins_item(self) -> bool:
        """Whether it begins with the mark of an item of a list."""
        return bool(_BULLET.match(self.text))


@dataclass(frozen=True, slots=True)
class Block:
    """The rows of a block, and their usual positions and distances.

    Attributes:
        rows: The rows from top to bottom.
        measure: The usual positions and distances.
    """

    rows: Sequence[Row]
    measure: Measure

    @classmethod
    def of(cls, boxes: Sequence[Box], words: Sequence[str], rows: Sequence[Sequence[int]]) -> Block:
        """Measure a block.

        Args:
            boxes: The place of each line of the page.
            words: The text of each line of the page.
            rows: The rows of the block from top to bottom, each with its lines from left to right.
        """
        spacing = Spacing.of(boxes, words, rows)
        found = [_row(spacing, row) for row in rows]
        return cls(found, Measure.of(found, spacing.character))

    def paragraphs(self, rows: Sequence[Row] | None = None) -> Iterator[list[Row]]:
        """Yield the rows of each paragraph or table.

        Args:
            rows: Consecutive rows of the block; None for all.
        """
        paragraph: list[Row] = []
        rows = without_indents(self.rows if rows is None else rows, self.measure.left)
        for group in self._near(rows):
            near = with_own_margin(group, self.measure.has_room)
            if self._is_stanza(near, paragraph):
                yield from filter(None, [paragraph, [replace(row, ends_line=True) for row in near]])
                paragraph = []
                continue
            for row in near:
                if paragraph and not self.measure.belong_together(paragraph, row):
                    yield paragraph
                    paragraph = []
                paragraph.append(row)
        if paragraph:
            yield paragraph

    def _near(self, rows: Sequence[Row]) -> Iterator[list[Row]]:
        """Part rows where they are farther apart than usual, and at tables and items of lists."""
        near: list[Row] = []
        for row in rows:
            if near and not (_may_be_text(near[-1], row) and self.measure.are_near(near[-1], row)):
                yield near
                near = []
            near.append(row)
        if near:
            yield near

    def _is_stanza(self, near: Sequence[Row], above: Sequence[Row]) -> bool:
        """Return whether rows are lines of a stanza, and not the rest of an item above them."""
        goes_on = above and above[0].begins_item and self.measure.are_near(above[-1], near[0])
        return not goes_on and is_stanza(near, self.measure.has_room, self.measure.character)


def _may_be_text(*rows: Row) -> bool:
    return not any(row.is_table or row.begins_item for row in rows)


def lines_of(paragraph: Sequence[Row]) -> list[str]:
    """Return the lines of text of a paragraph: one line, or one for each row of a table."""
    lines = [paragraph[0].text]
    for above, row in pairwise(paragraph):
        if above.is_table or above.ends_line:
            lines.append(row.text)
        else:
            lines[-1] = continued(lines[-1], row.text)
    return lines


def _row(spacing: Spacing, row: Sequence[int]) -> Row:
    boxes = [spacing.boxes[index] for index in row]
    initial = boxes[0] if len(boxes) > 1 and is_initial(boxes[0], boxes[1].height) else None
    text = boxes[1:] if initial else boxes
    around = Box(
        boxes[0].left,
        median(box.top for box in text),
        boxes[-1].right,
        median(box.bottom for box in text),
    )
    cells = tuple(_cell(spacing, part) for part in spacing.parts(row))
    return Row(spacing.text(row), around, cells, initial=initial)


def _cell(spacing: Spacing, lines: Sequence[int]) -> Cell:
    first, last = spacing.boxes[lines[0]], spacing.boxes[lines[-1]]
    return Cell(spacing.text(lines), first.left, last.right)


@dataclass(frozen=True, slots=True)
class Measure:
    """The usual positions and distances in a block, in pixels."""

    left: float
    right: float
    step: float
    character: float

    @classmethod
    def of(cls, rows: Sequence[Row], character: float) -> Measure:
        """Measure rows, given the width of their characters in pixels."""
        steps = [below.box.middle - above.box.middle for above, below in pairwise(rows)]
        lefts = [row.box.left for row in rows]
        rights = [row.box.right for row in rows]
        return cls(
            max(min(lefts), quantiles(lefts, n=10)[0]) if len(rows) > 1 else lefts[0],
            min(max(rights), quantiles(rights, n=10)[-1]) if len(rows) > 1 else rights[0],
            median(steps) if steps else 0.0,
            character,
        )

    def belong_together(self, paragraph: Sequence[Row], below: Row) -> bool:
        """Return whether a row continues the paragraph or the table of the rows above it."""
        above = paragraph[-1]
        if not self.are_near(above, below):
            return False
        if above.is_table or below.is_table:
            return above.is_table and below.is_table
        return not self._begins(paragraph, below)

    def are_near(self, above: Row, below: Row) -> bool:
        """Return whether two rows have one size of print and are not farther apart than usual."""
        low, high = sorted((above.box.height, below.box.height))
        step = below.box.middle - above.box.middle
        return high <= _SAME_SIZE * low and step <= min(_NEAR * self.step, _FARTHEST * high)

    def _begins(self, paragraph: Sequence[Row], below: Row) -> bool:
        first, above = paragraph[0], paragraph[-1]
        indent = _INDENT * below.box.height
        # The rows of an item stand below its text, and never to the left of its bullet.
        at_wrong_place = (
            below.left < first.left - indent
            if first.begins_item
            else below.left > self.left + indent
        )
        return at_wrong_place or self.has_room(above, below) or below.begins_item

    def has_room(self, above: Row, below: Row, margin: float | None = None) -> bool:
        """Return whether the first word of a row has room at the end of the row above it.

        Args:
            above: The row above.
            below: The row.
            margin: Where the text ends on the right, in pixels; None for that of the block.
        """
        first_word = below.text.split(" ", 1)[0]
        needed = min(columns_of(first_word), _LONGEST_WORD) + _ROOM
        right = self.right if margin is None else margin
        return not above.is_full and right - above.box.right > needed * self.character


def told_paragraphs(page: RecognisedPage) -> Iterator[list[str]]:
    """Yield the paragraphs that the engine found; if it found none, all lines as one list."""
    words = page.texts
    indexes = lines_of_paragraphs(page.details, len(words))
    if indexes is None:
        if words:
            yield words
        return
    for paragraph in indexes:
        whole = ""
        for index in paragraph:
            whole = joined(whole, words[index]) if whole else words[index]
        yield [whole]
