"""The structure of a document: its headings, paragraphs, lists and tables.

It is found from the places and the text of the lines: a heading is larger than the text, the parts
of a table stand below each other, and an item of a list begins with a bullet or a number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median
from typing import TYPE_CHECKING

from ocr_watcher.document.analysis import analyse
from ocr_watcher.document.column_ends import goes_on
from ocr_watcher.document.paragraphs import Block, lines_of, told_paragraphs
from ocr_watcher.document.print_size import PrintSize, levels_of
from ocr_watcher.document.row import BULLETS, Row
from ocr_watcher.document.spacing import columns_of, continued
from ocr_watcher.document.tables import Table, parted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ocr_watcher.document.page import RecognisedPage

_LARGER = 1.28
"""The least size of a heading, as a multiple of the size of the text."""

_LEAST_LETTERS = 4
"""The least number of letters of a heading; a full-width character counts two."""

_BULLET = re.compile(rf"{BULLETS}\s+(?=\S)")
_NUMBER = re.compile(r"(0|[1-9][0-9]{0,8})[.)]\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that is larger than the text.

    Attributes:
        text: What it says.
        level: Its level, from 1 for the largest of the document to 6.
    """

    text: str
    level: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of text.

    Attributes:
        lines: One line, or several with the line ends of the paper, as in an address.
    """

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list.

    Attributes:
        items: The text of each item, without its bullet or number.
        first: The number of the first item; the others are numbered consecutively. None for
            bullets.
    """

    items: tuple[str, ...]
    first: int | None = None


Element = Heading | Paragraph | Listing | Table


def structure_of(pages: Sequence[RecognisedPage]) -> list[list[Element]]:
    """Find the structure of a document.

    Returns:
        The elements of each page, in reading order.
    """
    found = [[*_elements(page)] for page in pages]
    levels = levels_of(part.size for page in found for part in page if isinstance(part, _Sized))
    return [
        [
            Heading(part.text, levels[part.size]) if isinstance(part, _Sized) else part
            for part in page
        ]
        for page in found
    ]


@dataclass(frozen=True, slots=True)
class _Sized:
    """A heading whose level is not known.

    Attributes:
        text: What it says.
        size: The size of its print, as a multiple of the size of the text of its page.
    """

    text: str
    size: float


_Part = _Sized | Paragraph | Listing | Table


def _elements(page: RecognisedPage) -> Iterator[_Part]:
    words, found = page.texts, analyse(page)
    if found is None:
        yield from (Paragraph(tuple(lines)) for lines in told_paragraphs(page))
        return
    size = PrintSize.of(found.boxes, words)
    blocks = [Block.of(found.boxes, words, rows) for rows in found.blocks]
    elements: list[_Part] = []
    for above, block in pairwise([None, *blocks]):
        of_block = [*_of_block(block, size)] if block else []
        if above and block and elements:
            is_text = goes_on(above, block)
            elements[-1:] = _joined(elements[-1], of_block.pop(0), is_text=is_text)
        elements += of_block
    yield from elements


def _of_block(block: Block, size: PrintSize) -> Iterator[_Part]:
    for table, among in parted(block):
        if table is not None:
            yield table
        else:
            yield from _texts(block, among, size)


def _joined(above: _Part, below: _Part, *, is_text: bool) -> list[_Part]:
    """Join the last element of a block and the first one of the next block, if they are one.

    Args:
        above: The last element of a block.
        below: The first element of the next block.
        is_text: Whether a sentence goes on from one to the other.
    """
    match above, below:
        case Paragraph((text,)), Paragraph((more,)) if is_text:
            return [Paragraph((continued(text, more),))]
        case Listing(items, int(first)), Listing(more, number) if number == first + len(items):
            return [Listing((*items, *more), first)]
    return [above, below]


def _texts(
    block: Block, rows: Sequence[Row], size: PrintSize
) -> Iterator[_Sized | Paragraph | Listing]:
    """Yield the elements on rows that belong to no table."""
    parts = [
        _sized(paragraph, size) if is_heading else _part(paragraph)
        for is_heading, some in groupby(rows, lambda row: _is_heading(row, size))
        for paragraph in block.paragraphs([*some])
    ]
    return _lists(_stanzas(parts, block))


def _is_heading(row: Row, size: PrintSize) -> bool:
    letters = sum(columns_of(character) for character in row.text if character.isalpha())
    return (
        size.times_usual(row.box, row.text) > _LARGER
        and letters >= _LEAST_LETTERS
        and not row.is_table
        and not row.text.endswith((":", "\uff1a"))  # leads to what stands beside or below it
    )


def _sized(rows: Sequence[Row], size: PrintSize) -> _Sized:
    return _Sized(lines_of(rows)[0], median(size.times_usual(row.box, row.text) for row in rows))


@dataclass(frozen=True, slots=True)
class _Item:
    text: str
    number: int | None

    def follows(self, other: _Item) -> bool:
        if self.number is None or other.number is None:
            return self.number is other.number
        return self.number == other.number + 1


def _part(paragraph: Sequence[Row]) -> _Item | Row | Paragraph:
    """Return the element of a paragraph; a single row may be a line of a stanza and stays a row."""
    texts = lines_of(paragraph)
    mark = _BULLET.match(texts[0]) or _NUMBER.match(texts[0])
    if mark is not None and not paragraph[0].is_table:
        number = int(mark[1]) if mark.re is _NUMBER else None
        return _Item(texts[0][mark.end() :], number)
    return paragraph[0] if len(paragraph) == 1 else Paragraph(tuple(texts))


def _stanzas(
    parts: Iterable[_Sized | _Item | Row | Paragraph], block: Block
) -> Iterator[_Sized | _Item | Paragraph]:
    """Join rows that are near each other to one paragraph of several lines."""
    rows: list[Row] = []
    for part in parts:
        if rows and not (isinstance(part, Row) and block.measure.are_near(rows[-1], part)):
            yield Paragraph(tuple(row.text for row in rows))
            rows = []
        if isinstance(part, Row):
            rows.append(part)
        else:
            yield part
    if rows:
        yield Paragraph(tuple(row.text for row in rows))


def _lists(
    parts: Iterable[_Sized | _Item | Paragraph],
) -> Iterator[_Sized | Paragraph | Listing]:
    """Join items that follow each other to lists."""
    items: list[_Item] = []
    for part in parts:
        if items and not (isinstance(part, _Item) and part.follows(items[-1])):
            yield _list(items)
            items = []
        if isinstance(part, _Item):
            items.append(part)
        else:
            yield part
    if items:
        yield _list(items)


def _list(items: Sequence[_Item]) -> Listing:
    return Listing(tuple(item.text for item in items), items[0].number)
