"""Rows of print, with the parts that stand on them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocr_watcher.document.places import Box

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
    def is_text(self) -> bool:
        """Whether it may go on with a text: it is no row of a table, and begins no item."""
        return not (self.is_table or self.begins_item)

    @property
    def begins_item(self) -> bool:
        """Whether it begins with the mark of an item of a list."""
        return bool(_BULLET.match(self.text))
