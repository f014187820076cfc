"""Paragraphs: the rows of a block that are one text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from ocr_watcher.document.indents import with_own_margin, without_indents
from ocr_watcher.document.initials import is_initial
from ocr_watcher.document.measure import Measure
from ocr_watcher.document.places import Box
from ocr_watcher.document.row import Cell, Row
from ocr_watcher.document.spacing import Spacing, continued, joined
from ocr_watcher.document.stanzas import is_stanza
from ocr_watcher.values.dialect_paragraphs import lines_of_paragraphs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr_watcher.document.page import RecognisedPage


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
            if near and not (
                near[-1].is_text and row.is_text and self.measure.are_near(near[-1], row)
            ):
                yield near
                near = []
            near.append(row)
        if near:
            yield near

    def _is_stanza(self, near: Sequence[Row], above: Sequence[Row]) -> bool:
        """Return whether rows are lines of a stanza, and not the rest of an item above them."""
        goes_on = above and above[0].begins_item and self.measure.are_near(above[-1], near[0])
        return not goes_on and is_stanza(near, self.measure.has_room, self.measure.character)


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
