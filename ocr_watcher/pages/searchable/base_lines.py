"""Lay the words of a row on one base line.

Poppler sorts the lines of a block of text by their base lines (`TextBlock::coalesce`), and puts a
word into a line only if its base line is near that of the line's first word. The ink of a row
stands on one base line only if the page lies straight. A base line may run through the ink of a
word as well as below it: its font tells how far the characters reach above and below.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ocr_watcher.pages.searchable.visual import visual
from ocr_watcher.values.word import runs_to_the_left

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr_watcher.pages.searchable.place import Place
    from ocr_watcher.values.page_text import PlacedWord

_LEAST_GAP = 0.16
"""The least gap between two words, as a fraction of the size of the font. If the gap is smaller and
poppler keeps the order of the file, it takes both for one word (`TextPage::dump`). A space of print
is wider."""

_WITHIN = 0.9
"""The most by which the base line of a row may be above the foot of one of its words, as a fraction
of the height of the word."""
_LOWEST, _HIGHEST = -0.15, 1.1
"""The same limits, below and above the foot, on a page that lies so crooked that no base line is
within all words of a row. What readers take for the word reaches to its base line. So it is a
little higher than the ink of the word then."""
APART = 0.5
"""The largest difference of the base lines of two words that poppler takes for one line, by the
size of the line's first word (`TextBlock::coalesce`)."""
_NEAR = 0.45
"""The largest distance of the base line of a word from that of its row, as a fraction of the size
of the font. It is less than half the way to the next row."""
_FARTHER = 0.35
"""The most by which a base line that is still too far from that of its row is moved further, as a
fraction of the height of the word."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A word of a row, or a part of one, that is laid level.

    Attributes:
        text: The characters from left to right.
        place: Where they stand.
        spaced: Whether a space follows.
    """

    text: str
    place: Place
    spaced: bool


@dataclass(frozen=True, slots=True)
class Row:
    """The words of a row as they are laid.

    Attributes:
        pieces: The words, in the order in which they are read.
        size: The size of the font.
        to_the_left: Whether any of the words runs to the left.
    """

    pieces: Sequence[Piece]
    size: float
    to_the_left: bool

    @property
    def is_level(self) -> bool:
        """Whether all words run in one direction."""
        return len({piece.place.direction for piece in self.pieces}) == 1


def row_of(words: Sequence[PlacedWord], places: Sequence[Place], size: float, lean: float) -> Row:
    """Return a row as it is laid.

    Args:
        words: The words, in the order in which they are read.
        places: The place of each word on the page.
        size: The size of the font.
        lean: The angle at which the page lies crooked.
    """
    to_the_left = any(runs_to_the_left(word.text) for word in words)
    straight = _straightened(words, places, lean)
    gap = None if to_the_left else _LEAST_GAP * size
    return Row([*_pieces(words, straight, gap, lean)], size, to_the_left)


def on_one_base_line(row: Row) -> Row:
    """Return a row with the base lines of its words as near to one as their ink allows."""
    if not row.is_level:
        return row
    base = _base_of([piece.place for piece in row.pieces])
    pieces = [replace(piece, place=_moved(piece.place, base, row.size)) for piece in row.pieces]
    return replace(row, pieces=pieces)


def base_lines_of(row: Row) -> tuple[float, float]:
    """Return the lowest and the highest base line of a row."""
    bases = [piece.place.base for piece in row.pieces]
    return min(bases), max(bases)


def is_one_line(row: Row) -> bool:
    """Return whether poppler takes all words of a row for one line."""
    lowest, highest = base_lines_of(row)
    return highest - lowest <= APART * row.size


def _pieces(
    words: Sequence[PlacedWord], places: Sequence[Place], gap: float | None, lean: float
) -> Iterator[Piece]:
    """Yield the pieces of words, each in the direction in which it is laid.

    Args:
        words: The words.
        places: The place of each word.
        gap: The least gap between two words; None if none is made.
        lean: The angle at which the page lies crooked.
    """
    for word, place, after in zip(words, places, [*places[1:], None], strict=True):
        text, spaced = visual(word.text), word.spaced and after is not None
        lies = place
        if spaced and gap is not None and after is not None:
            lies = place.parted_from(after, gap)
        for part, share in lies.level(len(text), lean) if text else ():
            is_last = share.indices(len(text))[1] == len(text)
            yield Piece(text[share], part, spaced and is_last)


def _straightened(words: Sequence[PlacedWord], places: Sequence[Place], lean: float) -> list[Place]:
    """Return the places, those of which the engine told a wrong direction laid along the row."""
    quarter = _main_quarter(places)
    return [
        (place.along(quarter) if len(visual(word.text)) == 1 else place).straightened(lean)
        for word, place in zip(words, places, strict=True)
    ]


def _main_quarter(places: Sequence[Place]) -> float:
    """Return the direction along an edge of the page in which most writing runs."""
    lengths: dict[float, float] = {}
    for place in places:
        lengths[place.quarter] = lengths.get(place.quarter, 0.0) + place.length
    return max(lengths, key=lengths.__getitem__)


def _base_of(places: Sequence[Place]) -> float:
    """Return the base line of a row: one that is within all words, or as near to that as can be."""
    lowest = max(place.base for place in places)
    if lowest <= min(place.base + _WITHIN * place.height for place in places):
        return lowest
    lowest = max(place.base + _LOWEST * place.height for place in places)
    highest = min(place.base + _HIGHEST * place.height for place in places)
    return (lowest + highest) / 2


def _moved(place: Place, base: float, size: float) -> Place:
    """Return a place with its base line as near to that of its row as is needed and can be.

    Args:
        place: The place.
        base: The base line of the row.
        size: The size of the font.
    """
    wanted = base - place.base
    rise = min(max(wanted, _LOWEST * place.height), _HIGHEST * place.height)
    missing = abs(wanted - rise) - _NEAR * size
    if missing > 0:
        rise += math.copysign(min(missing, _FARTHER * place.height), wanted - rise)
    return place.raised(rise)
