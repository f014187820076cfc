"""The blocks, paragraphs, lines and words of a page, each with its place on the page as stored.

Formats that keep places write these down. A line here is a row of print: all that stands side by
side. An engine may have read it as several lines.
"""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ocr_watcher.document.analysis import analyse
from ocr_watcher.document.paragraphs import Block
from ocr_watcher.document.spacing import Spacing
from ocr_watcher.document.words import words_of
from ocr_watcher.values.geometry import Rectangle
from ocr_watcher.values.word import Word, runs_to_the_left

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ocr_watcher.document.page import RecognisedPage
    from ocr_watcher.values.geometry import Point, Quad, Transform
    from ocr_watcher.values.reading import Line

LEFT_TO_RIGHT, RIGHT_TO_LEFT, DOWNWARDS = "ltr", "rtl", "ttb"

_QUARTER, _HALF = 90.0, 180.0


@dataclass(frozen=True, slots=True)
class WordRegion:
    """A word of a row.

    Attributes:
        text: The word.
        box: The upright rectangle around it, in whole pixels within the page.
        score: The engine's confidence in it, from 0 to 1; None if it gives none.
        spaced: Whether a space stands between it and the word before it in its row.
    """

    text: str
    box: Rectangle
    score: float | None
    spaced: bool


@dataclass(frozen=True, slots=True)
class RowRegion:
    """A row of print.

    Attributes:
        words: Its words in the order of the text; there is at least one.
        box: The upright rectangle around it, in whole pixels within the page.
        angle: The angle of the writing in degrees counter-clockwise, from -180 to 180.
        direction: The direction of the writing: `LEFT_TO_RIGHT`, `RIGHT_TO_LEFT` or `DOWNWARDS`.
    """

    words: tuple[WordRegion, ...]
    box: Rectangle
    angle: float
    direction: str


@dataclass(frozen=True, slots=True)
class ParagraphRegion:
    """Rows that are one paragraph, or one table.

    Attributes:
        rows: Its rows in reading order; there is at least one.
        box: The upright rectangle around it.
    """

    rows: tuple[RowRegion, ...]
    box: Rectangle


@dataclass(frozen=True, slots=True)
class BlockRegion:
    """A block of a page, such as a column.

    Attributes:
        paragraphs: Its paragraphs in reading order; there is at least one.
        box: The upright rectangle around it.
    """

    paragraphs: tuple[ParagraphRegion, ...]
    box: Rectangle

    @property
    def rows(self) -> Iterator[RowRegion]:
        """The rows of all of its paragraphs."""
        return (row for paragraph in self.paragraphs for row in paragraph.rows)


def regions_of(page: RecognisedPage) -> tuple[BlockRegion, ...]:
    """Find the blocks of a page, in reading order, with all that is in them.

    Args:
        page: The page. If its engine does not give the places of lines, each line is a row of a
            single paragraph, and has the place of the whole page.
    """
    texts = [line.text for line in page.lines]
    found = analyse(page)
    if found is None:
        rows = [_row(page, [index]) for index in range(len(texts))]
        return tuple(_block([_paragraph(rows)]))
    blocks: list[BlockRegion] = []
    for rows_of_block in found.blocks:
        spacing = Spacing.of(found.boxes, texts, rows_of_block)
        blocks += _block(
            _paragraph(_row(page, row, spacing) for row in paragraph)
            for paragraph in _rows_of_paragraphs(
                Block.of(found.boxes, texts, rows_of_block), rows_of_block
            )
        )
    return tuple(blocks)


def _rows_of_paragraphs(
    block: Block, rows: Sequence[Sequence[int]]
) -> Iterator[Sequence[Sequence[int]]]:
    """Yield the rows of each paragraph of a block. A row is given by the indexes of its lines."""
    begin = 0
    for paragraph in block.paragraphs():
        end = begin + len(paragraph)
        yield rows[begin:end]
        begin = end


def around(boxes: Iterable[Rectangle]) -> Rectangle:
    """Return the rectangle around some others, at least one."""
    return _bounds([corner for box in boxes for corner in box.corners])


def _block(paragraphs: Iterable[ParagraphRegion | None]) -> Iterator[BlockRegion]:
    """Yield a block of the given paragraphs, unless they are all empty."""
    found = tuple(paragraph for paragraph in paragraphs if paragraph)
    if found:
        yield BlockRegion(found, around(paragraph.box for paragraph in found))


def _paragraph(rows: Iterable[RowRegion | None]) -> ParagraphRegion | None:
    found = tuple(row for row in rows if row)
    return ParagraphRegion(found, around(row.box for row in found)) if found else None


def _row(
    page: RecognisedPage, indexes: Sequence[int], spacing: Spacing | None = None
) -> RowRegion | None:
    """Return a row; None if its lines have no words.

    Args:
        page: The page.
        indexes: The lines of the row, from left to right.
        spacing: The spacing, which decides whether there is a space between two of them; None for a
            single line.
    """
    words: list[tuple[Word, bool]] = []
    for before, index in pairwise([None, *indexes]):
        if index is not None:
            is_apart = before is None or spacing is None or _is_apart(spacing, before, index)
            found = _words(page, page.lines[index])
            words += [(word, is_apart or place > 0) for place, word in enumerate(found)]
    if not words:
        return None
    regions = tuple(
        WordRegion(word.text, _within(page, word.quad), word.score, is_apart)
        for word, is_apart in words
    )
    course = _course(page, [word for word, _ in words])
    return RowRegion(regions, around(word.box for word in regions), *course)


def _is_apart(spacing: Spacing, before: int, index: int) -> bool:
    """Return whether there is a space between two lines of a row."""
    return spacing.text((before, index))[len(spacing.words[before]) :].startswith(" ")


def _words(page: RecognisedPage, line: Line) -> Sequence[Word]:
    found = words_of(line, page.to_reading)
    if found:
        return found
    whole = Rectangle(0, 0, page.width, page.height).corners
    return [Word(text, whole, line.score) for text in line.text.split()]


def _within(page: RecognisedPage, quad: Quad) -> Rectangle:
    """Return the upright rectangle around a place, in whole pixels of the page."""
    left, top, width, height = _bounds(quad)
    left, right = (_clipped(at, page.width) for at in (left, left + width))
    top, bottom = (_clipped(at, page.height) for at in (top, top + height))
    return Rectangle(left, top, right - left, bottom - top)


def _clipped(at: float, most: int) -> int:
    return min(max(round(at), 0), most)


def _bounds(points: Quad) -> Rectangle:
    left, top = (min(axis) for axis in zip(*points, strict=True))
    right, bottom = (max(axis) for axis in zip(*points, strict=True))
    return Rectangle(left, top, right - left, bottom - top)


def _course(page: RecognisedPage, words: Sequence[Word]) -> tuple[float, str]:
    """Return the angle and the direction of writing."""
    x, y = (sum(_course_of(word.quad)[axis] for word in words) for axis in (0, 1))
    angle = -math.degrees(math.atan2(y, x))
    text = "".join(word.text for word in words)
    if _runs_down(page.to_reading, x, y) and _is_mostly_wide(text):
        return _normal(angle + _QUARTER), DOWNWARDS  # its characters stand upright
    return _normal(angle), RIGHT_TO_LEFT if runs_to_the_left(text) else LEFT_TO_RIGHT


def _course_of(quad: Quad) -> Point:
    """Return twice the vector from the beginning of a word to its end."""
    above, below = (quad[0], quad[1]), (quad[3], quad[2])
    return (
        above[1][0] - above[0][0] + below[1][0] - below[0][0],
        above[1][1] - above[0][1] + below[1][1] - below[0][1],
    )


def _runs_down(to_reading: Transform, x: float, y: float) -> bool:
    x0, y0 = to_reading.point(0, 0)
    x1, y1 = to_reading.point(x, y)
    return y1 - y0 > abs(x1 - x0)


def _is_mostly_wide(text: str) -> bool:
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return 2 * wide > len(text)


def _normal(angle: float) -> float:
    """Return an angle between -180 (excluded) and 180 degrees."""
    return _HALF - (_HALF - angle) % (2 * _HALF)
