"""Write the words of a page as invisible text, each over its place."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from ocr_watcher.pages.searchable.glyphless import ADVANCE
from ocr_watcher.pages.searchable.place import Place
from ocr_watcher.pages.searchable.sizes import sizes_for
from ocr_watcher.pages.searchable.visual import visual
from ocr_watcher.values.word import runs_to_the_left

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ocr_watcher.pages.searchable.glyphless import GlyphlessFont
    from ocr_watcher.pages.searchable.sheet import Sheet
    from ocr_watcher.values.geometry import Point
    from ocr_watcher.values.page_text import PlacedWord

_SHADOW = 0.13
"""The least distance of two characters, as a fraction of the font size, with room for what poppler
rounds."""

_BESIDE = 0.5
"""The largest difference of the base lines of two words that PDFium takes for one line, as a
fraction of the height of the words."""
_ASIDE = 2.0
"""The distance of a separator from a word, as a multiple of the height of the word."""
_SEPARATOR = 0.1
"""The size of a separator, in points."""

_PLACES = 2
"""Decimal places of points and per cent. A hundredth of a point is a thirtieth of a pixel at 200
dots per inch, and each further place is a tenth of the size of the layer."""


class _TextLayer:
    """The text over one page."""

    def __init__(self, sheet: Sheet, fonts: Mapping[str, GlyphlessFont]) -> None:
        """Begin without text.

        Args:
            sheet: The page.
            fonts: The fonts of `HEIGHTS`, by their names among the resources of the page.
        """
        self._sheet = sheet
        self._faces = [*fonts.items()]
        self._operators: list[str] = []
        self._state: dict[str, str] = {}
        self._last: Place | None = None

    @property
    def content(self) -> bytes:
        """The content stream; empty if there are no words."""
        if not self._operators:
            return b""
        return "\n".join(["q BT 3 Tr", *self._operators, "ET Q\n"]).encode("ascii")

    def add_line(self, words: Sequence[PlacedWord], places: Sequence[Place]) -> None:
        """Add the words of a line, in the order in which they are read.

        Args:
            words: The words.
            places: The place of each word on the page.
        """
        to_the_left = any(runs_to_the_left(word.text) for word in words)
        following = [*places[1:], None]
        for word, place, after in zip(words, places, following, strict=True):
            text = visual(word.text)
            if not text:
                continue
            if after is None or not word.spaced:
                self._add_word(text, place, is_sorted=to_the_left)
            elif to_the_left:
                self._add_word(text, place, is_sorted=True)
                self._add_space(after, place)
            else:
                parted = place.parted_from(after)
                self._add_word(text, parted, is_sorted=False)
                self._add_space(parted, after)

    def _add_word(self, text: str, place: Place, *, is_sorted: bool) -> None:
        for part, share in place.level(len(text)):
            if not is_sorted:
                self._separate_from(part)
            self._show(text[share], part)
            self._last = part

    def _add_space(self, before: Place, behind: Place) -> None:
        """Add a space between two words, of which one begins to the right of the other."""
        length = before.gap_to(behind)
        self._show(" ", replace(before, origin=before.ahead(before.length), length=length))

    def _separate_from(self, place: Place) -> None:
        """Add a separator before a word that PDFium would put before the last one.

        It sorts texts that follow each other on one base line from left to right
        (`CPDF_TextPage::ProcessTextObject`). That is wrong for columns of vertical writing, for
        upside-down pages, and for the ends and beginnings of lines on a crooked page. Text on
        another base line in between ends the line. Readers do not take a space for a word.
        """
        if self._last is None:
            return
        height = max(self._last.height, place.height)
        (x0, y0), (x1, y1) = self._shown_at(self._last), self._shown_at(place)
        if abs(y1 - y0) <= _BESIDE * height and x1 < x0:
            down = Place(self._last.origin, math.radians(self._sheet.turn), 0, 0)
            aside = down.ahead(0, -_ASIDE * height)
            self._show(" ", Place(aside, 0, _SEPARATOR, _SEPARATOR))

    def _shown_at(self, place: Place) -> Point:
        """Return where a word begins on the page as it is shown, turned."""
        return Place((0, 0), -math.radians(self._sheet.turn), 0, 0).ahead(*place.origin)

    def _show(self, text: str, place: Place) -> None:
        """Show a text over a place, scaled to its length (ISO 32000-1, 9.3.4 and 9.4.2)."""
        sine, cosine = math.sin(place.direction), math.cos(place.direction)
        turn = " ".join(map(_number, (cosine, sine, -sine, cosine)))
        origin = " ".join(_number(at, _PLACES) for at in place.origin)
        advance = place.length / len(text)
        name, font = next(
            (face for face in self._faces if advance * face[1].height > _SHADOW * place.height),
            self._faces[-1],
        )
        size = place.height / font.height
        scaling = _number(100 * advance / (ADVANCE * size), _PLACES)
        codes = font.encoded(text).hex().upper()
        self._set("Tf", f"{name} {_number(size)}")
        self._set("Tz", scaling)
        self._operators.append(f"{turn} {origin} Tm <{codes}> Tj")

    def _set(self, operator: str, operands: str) -> None:
        """Set a parameter of the text state (ISO 32000-1, 9.3), unless it is set already."""
        if self._state.get(operator) != operands:
            self._state[operator] = operands
            self._operators.append(f"{operands} {operator}")


def text_layer(
    sheet: Sheet, lines: Sequence[Sequence[PlacedWord]], fonts: Mapping[str, GlyphlessFont]
) -> bytes:
    """Return the content stream with the text over a page; empty if there are no words.

    Args:
        sheet: The page.
        lines: The words of each line, in reading order.
        fonts: The fonts of `HEIGHTS`, by their names among the resources of the page.
    """
    layer = _TextLayer(sheet, fonts)
    places = [[_place(word, sheet) for word in words] for words in lines]
    sizes = sizes_for([place.height for row in places for place in row])
    for words, row in zip(lines, places, strict=True):
        layer.add_line(words, [place.resized(sizes[place.height]) for place in row])
    return layer.content


def _place(word: PlacedWord, sheet: Sheet) -> Place:
    return Place.of([sheet.to_page.point(*corner) for corner in word.quad])


def _number(value: float, places: int = 4) -> str:
    return f"{round(value, places) + 0.0:.{places}f}".rstrip("0").rstrip(".")  # never -0
