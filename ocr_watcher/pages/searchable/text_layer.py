"""Write the words of a page as invisible text, each over its place."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from ocr_watcher.pages.searchable.base_lines import APART, base_lines_of, is_one_line, row_of
from ocr_watcher.pages.searchable.place import Place, lean_of
from ocr_watcher.pages.searchable.sizes import sizes_for
from ocr_watcher.pages.searchable.tied_page import tied_rows
from ocr_watcher.pages.searchable.type_size import type_size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr_watcher.pages.searchable.base_lines import Row
    from ocr_watcher.pages.searchable.sheet import Sheet
    from ocr_watcher.pages.searchable.text_operators import TextOperators
    from ocr_watcher.pages.searchable.ties import TiedRow
    from ocr_watcher.values.geometry import Point
    from ocr_watcher.values.page_text import PlacedWord

_SIZE = 1.2
"""The size of the font of a row, by that of its type. Poppler takes lines that are more than one
and a half sizes apart for blocks of their own; the lines of Chinese are 1.7 times their type."""

_WIDE = 0.9
"""The least length of a wide space, by the size of the font. Poppler takes what is more than one
size apart for columns, and reads these one after the other (`TextPage::coalesce`)."""
_THIN = 0.2
"""The height of a wide space, by the size of the font."""
_SMALL_TYPE = 0.3
"""The height of words near which a wide space is half as high, by the size of the font. Poppler
joins words of one font without a gap (`TextLine::coalesce`), and a height has a font of its own."""
_NARROW = 0.005
"""The length of a wide space where there is no gap, in points: one that only poppler notices.
PDFium passes over texts that are shorter than twice that (`CPDF_TextPage::ProcessTextObject`)."""
_OTHER_SIZE = 1.001
"""The size of a wide space, by that of its row: poppler parts words where the size changes."""

_ROOM = 1.07
"""The factor for the size of a font that has to be larger for poppler to take words for one line.
It makes the size a little larger than the least."""
_LEAST_LEAD = 0.98
"""The least size of a lead-in, by that of its row: the ties of a column take nothing smaller."""

_BESIDE = 0.5
"""The largest difference of the base lines of two words that PDFium takes for one line, as a
fraction of the height of the words."""
_BESIDE_CROOKED = 1.0
"""The same where a row ends and the next begins if each word has a base line of its own."""
_ASIDE = 2.0
"""The distance of a separator from a word, as a multiple of the height of the word."""
_SEPARATOR = 0.1
"""The size of a separator, in points."""


class _TextLayer:
    """The text over one page."""

    def __init__(self, turn: int, operators: TextOperators) -> None:
        """Begin without text.

        Args:
            turn: The degrees by which a viewer turns the page clockwise.
            operators: The operators that show text.
        """
        self._turn = turn
        self._operators = operators
        self._last: Place | None = None

    def add_row(self, tied: TiedRow, *, ends_in_hyphen: bool) -> None:
        """Add the words of a row, in the order in which they are read, and its ties.

        Args:
            tied: The row.
            ends_in_hyphen: Whether the hyphen at its end belongs to the text, and parts no word.
        """
        row = tied.row
        for tie in tied.ties:
            self._operators.show_tie(tie)
        if row.is_level and not row.to_the_left and not tied.begins_with_tie:
            self._lead_in(row)
        beside = _BESIDE_CROOKED if tied.begins_with_tie else _BESIDE
        following = [*row.pieces[1:], None]
        for piece, after in zip(row.pieces, following, strict=True):
            if not row.to_the_left:
                self._separate_from(piece.place, beside)
            self._operators.show(piece.text, piece.place, row.size)
            self._last = piece.place
            if piece.spaced and after is not None:
                pair = (piece.place, after.place)
                self._add_space(*(pair[::-1] if row.to_the_left else pair), row.size)
        if ends_in_hyphen:
            place = row.pieces[-1].place
            self._add_wide_space(place, place.length, _NARROW, row.size)

    def _lead_in(self, row: Row) -> None:
        """Begin a row whose base lines differ with a space in the middle of them.

        Poppler compares the base line of each word of a line with that of the first.
        """
        if not is_one_line(row):
            lowest, highest = base_lines_of(row)
            first = row.pieces[0].place
            middle = first.raised((lowest + highest) / 2 - first.base)
            size = max(_ROOM * (highest - lowest) / 2 / APART, _LEAST_LEAD * row.size)
            self._add_wide_space(middle, -_THIN * row.size, _NARROW, size)

    def _add_space(self, before: Place, behind: Place, size: float) -> None:
        """Add a space between two words, of which one begins to the right of the other.

        Its base line is between theirs: PDFium takes a step of half a character for a new line.
        """
        length = before.gap_to(behind)
        if length > _WIDE * size:
            self._add_wide_space(before, before.length, length, size)
        else:
            place = replace(before, origin=before.ahead(before.length), length=length)
            self._operators.show(" ", place.raised((behind.base - before.base) / 2), size)

    def _add_wide_space(self, word: Place, along: float, length: float, size: float) -> None:
        """Add a wide space on the base line of a word.

        Args:
            word: The place of the word.
            along: Where the space begins, from the beginning of the word.
            length: The length of the space.
            size: The size of the font of the row.
        """
        is_alike = _THIN * size <= word.height < _SMALL_TYPE * size
        height = _THIN * size / 2 if is_alike else _THIN * size
        place = Place(word.ahead(along), word.direction, length, height)
        self._operators.show_wide_space(place, _OTHER_SIZE * size)

    def _separate_from(self, place: Place, beside: float) -> None:
        """Add a separator before a word that PDFium would put before the last one.

        It sorts texts that follow each other on one base line from left to right
        (`CPDF_TextPage::ProcessTextObject`). That is wrong for columns of vertical writing, for
        upside-down pages, and for the ends and beginnings of lines on a crooked page. Text on
        another base line in between ends the line. Readers do not take a space for a word.

        Args:
            place: The place of the word.
            beside: How much higher or lower one may be, as a fraction of the height of the words.
        """
        if self._last is None:
            return
        height = max(self._last.height, place.height)
        (x0, y0), (x1, y1) = self._shown_at(self._last), self._shown_at(place)
        if abs(y1 - y0) <= beside * height and x1 < x0:
            down = Place(self._last.origin, math.radians(self._turn), 0, 0)
            aside = down.ahead(0, -_ASIDE * height)
            separator = Place(aside, 0, _SEPARATOR, _SEPARATOR)
            self._operators.show(" ", separator, _SEPARATOR)

    def _shown_at(self, place: Place) -> Point:
        """Return where a word begins on the page as it is shown, turned."""
        return Place((0, 0), -math.radians(self._turn), 0, 0).ahead(*place.origin)


def text_layer(
    sheet: Sheet, lines: Sequence[Sequence[PlacedWord]], operators: TextOperators
) -> None:
    """Lay text over a page.

    Args:
        sheet: The page.
        lines: The words of each row, in reading order.
        operators: The operators that show text.
    """
    layer = _TextLayer(sheet.turn, operators)
    rows = _rows(sheet, [words for words in lines if words])
    for tied, following in zip(rows, [*rows[1:], None], strict=True):
        hyphen = following is not None and _ends_in_hyphen(tied.row, following.row)
        layer.add_row(tied, ends_in_hyphen=hyphen)


def _rows(sheet: Sheet, lines: Sequence[Sequence[PlacedWord]]) -> Sequence[TiedRow]:
    places = [[_place(word, sheet) for word in words] for words in lines]
    types = [
        type_size((word.text, place.height) for word, place in zip(*line, strict=True))
        for line in zip(lines, places, strict=True)
    ]
    sizes = sizes_for(types)
    lean = lean_of(place for row in places for place in row)
    rows = (
        row_of(words, row, _SIZE * sizes[size], lean)
        for words, row, size in zip(lines, places, types, strict=True)
    )
    return tied_rows([row for row in rows if row.pieces], lean, sheet.turn)


def _ends_in_hyphen(row: Row, following: Row) -> bool:
    """Return whether a row ends in a hyphen that parts no word.

    Readers leave out a hyphen at the end of a line, and join what it stands between.
    """
    ends = row.pieces[-1].text.endswith("-")
    return ends and not following.pieces[0].text[0].islower()


def _place(word: PlacedWord, sheet: Sheet) -> Place:
    return Place.of([sheet.to_page.point(*corner) for corner in word.quad])
