"""A long page of rows, and what an engine reads on strips of it: a model without pixels."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from ocr_watcher.pages.fit_plan import Strip, strips_of
from ocr_watcher.pages.types import Piece
from ocr_watcher.values.geometry import Rectangle, Transform
from ocr_watcher.values.page import Page
from ocr_watcher.values.reading import Line, Reading

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 600
SIDE = 1000
GAP = 4
LEGIBLE = 0.4
"""Share of a row's height below which nothing is made of a fragment."""


@dataclass(frozen=True)
class Row:
    words: str
    top: int
    bottom: int


@dataclass(frozen=True)
class Receipt:
    rows: tuple[Row, ...]
    length: int

    @classmethod
    def of(cls, words: Sequence[str], heights: Sequence[int]) -> Receipt:
        tops = list(accumulate((height + GAP for height in heights), initial=GAP))
        rows = tuple(
            Row(text, top, top + height)
            for text, top, height in zip(words, tops, heights, strict=False)
        )
        return cls(rows, tops[-1])

    @property
    def words(self) -> list[str]:
        return [row.words for row in self.rows]

    def strips(self, *, blank: bool) -> list[Strip]:
        """Cuts it where nothing is written, or as if there were no such place."""
        return list(strips_of(self.length, SIDE, self._blank_band if blank else _nowhere))

    def _blank_band(self, start: int, end: int) -> tuple[int, int] | None:
        bands = [(row.bottom, row.bottom + GAP) for row in self.rows]
        return max((band for band in bands if start <= band[0] and band[1] <= end), default=None)

    def read(self, strip: Strip, *, located: bool, jitter: int = 0) -> tuple[Piece, Reading]:
        """What an engine makes of a strip, its places on the page; a cut row is garbled."""
        page = Page(b"", "PNG", WIDTH, strip.end - strip.start)
        piece = Piece(page, Transform.shift(0, strip.start), strip.shares_lines)
        lines = [self._line(row, strip, located, jitter) for row in self.rows]
        return piece, Reading(tuple(line for line in lines if line is not None))

    def _line(self, row: Row, strip: Strip, located: bool, jitter: int) -> Line | None:
        top, bottom = max(row.top, strip.start), min(row.bottom, strip.end)
        if bottom - top < LEGIBLE * (row.bottom - row.top):
            return None
        whole = (top, bottom) == (row.top, row.bottom)
        words = row.words if whole else f"{row.top:x}?~"
        place = Rectangle(20, top + jitter, 500, bottom - top)
        return Line(words, place if located else None)


def _nowhere(_start: int, _end: int) -> None:
    return None
