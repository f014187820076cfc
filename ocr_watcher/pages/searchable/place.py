"""Where a word stands on a page of a PDF."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ocr_watcher.values.geometry import Point, Quad

_LEAST = 0.05
"""The least height and length of a word, in points. A word without extent can also be found."""

_LEAST_LEFT = 0.5
"""The least share of the length of a word that is left if a gap is made behind it."""

_QUARTER = math.pi / 2
_SLIGHT = math.radians(6)
"""The greatest angle at which a page lies crooked on a scanner's glass. Poppler parts a word where
its base line has risen by half a point (`TextPage::addChar`), and would find no whole word on such
a page. So each word is laid level there, at its own height."""
_BY_CHANCE = math.radians(15)
"""The greatest angle at which the frame of a word leans by chance."""
_TALLER = 0.5
"""The height of a level word beyond that of its letters, as a fraction of the rise of its print
from its beginning to its end. The box of the print is higher than the letters too."""
_MOST_RISE = 0.5
"""The most by which the base line of a level word may differ from that of the print, as a fraction
of the height of the word. A longer word, such as a line of Chinese, is parted."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a word stands, in points.

    Attributes:
        origin: The beginning of its base line.
        direction: The direction of the writing, in radians, counter-clockwise from the right.
        length: The length of its base line.
        height: The height of its characters.
        below: How much of the height is below the base line.
    """

    origin: Point
    direction: float
    length: float
    height: float
    below: float = 0.0

    @classmethod
    def of(cls, quad: Quad) -> Place:
        """Return the place of a word from its corners.

        Args:
            quad: The corners on the page: first where the word begins above its letters, then along
                the writing, and back below the letters.
        """
        above_left, above_right, right, left = quad
        if _turns_right(left, right, above_left):  # the corners run the other way round
            left, right, above_left, above_right = above_left, above_right, left, right
        direction = math.atan2(
            right[1] - left[1] + above_right[1] - above_left[1],
            right[0] - left[0] + above_right[0] - above_left[0],
        )
        length = (math.dist(left, right) + math.dist(above_left, above_right)) / 2
        height = (math.dist(left, above_left) + math.dist(right, above_right)) / 2
        return cls(left, direction, max(length, _LEAST), max(height, _LEAST))

    def ahead(self, along: float, above: float = 0.0) -> Point:
        """Return the point so far along the base line, and so far above it."""
        cosine, sine = math.cos(self.direction), math.sin(self.direction)
        x, y = self.origin
        return x + along * cosine - above * sine, y + along * sine + above * cosine

    def distance_to(self, other: Place) -> float:
        """Return the length from the end of this word to the beginning of another one.

        It is negative if they overlap.
        """
        cosine, sine = math.cos(self.direction), math.sin(self.direction)
        x, y = other.origin[0] - self.origin[0], other.origin[1] - self.origin[1]
        return x * cosine + y * sine - self.length

    def gap_to(self, other: Place) -> float:
        """Return the length of a space between this word and another one."""
        return max(self.distance_to(other), _LEAST)

    @property
    def base(self) -> float:
        """How far the base line is from the origin of the page, across its direction."""
        x, y = self.origin
        return y * math.cos(self.direction) - x * math.sin(self.direction)

    @property
    def start(self) -> float:
        """How far the beginning is from the origin of the page, along its direction."""
        x, y = self.origin
        return x * math.cos(self.direction) + y * math.sin(self.direction)

    @property
    def lean(self) -> float:
        """The angle at which the writing lies crooked, in radians."""
        return self.direction - round(self.direction / _QUARTER) * _QUARTER

    def raised(self, rise: float) -> Place:
        """Return the place with a higher base line; its characters stand where they stood."""
        return replace(self, origin=self.ahead(0, rise), below=self.below + rise)

    def parted_from(self, following: Place, gap: float) -> Place:
        """Return the place, shortened where the following word would seem to be one with this one.

        Poppler parts words by the gap between them alone (`TextPage::coalesce`).

        Args:
            following: The place of the following word.
            gap: The least gap between the two.
        """
        missing = gap - self.distance_to(following)
        if missing <= 0:
            return self
        return replace(self, length=max(self.length - missing, _LEAST_LEFT * self.length))

    @property
    def quarter(self) -> float:
        """The direction along an edge of the page that is nearest to that of the writing."""
        return round(self.direction / _QUARTER) % 4 * _QUARTER

    def along(self, quarter: float) -> Place:
        """Return the same box as the place of writing that runs along another edge of the page.

        The engine takes a character that is higher than wide for one of a column.
        """
        turns = round((quarter - self.quarter) / _QUARTER) % 4
        if turns == 0:
            return self
        middle = self.ahead(self.length / 2, self.height / 2)
        length, height = (self.height, self.length) if turns % 2 else (self.length, self.height)
        turned = Place(middle, quarter + self.lean, length, height)
        return replace(turned, origin=turned.ahead(-length / 2, -height / 2))

    def straightened(self, lean: float) -> Place:
        """Return the place, laid level if it leans otherwise than its page.

        The frame of a short or handwritten word leans by chance.

        Args:
            lean: The angle at which the page lies crooked.
        """
        rise = self.length * abs(math.sin(self.lean))
        leans = abs(lean) <= _SLIGHT < abs(self.lean) <= _BY_CHANCE
        if leans and rise <= _MOST_RISE * self.height:
            return self._levelled(0, 1, self.quarter)
        return self

    def level(self, characters: int, lean: float) -> Iterator[tuple[Place, slice]]:
        """Yield the places at which a word is laid, with the part of its characters at each.

        Args:
            characters: How many characters the word has.
            lean: The angle at which the page lies crooked.
        """
        if abs(self.lean) > (_BY_CHANCE if abs(lean) <= _SLIGHT else _SLIGHT):
            yield self, slice(None)
            return
        if self.lean == 0:
            yield replace(self, direction=self.quarter), slice(None)
            return
        rise = self.length * abs(math.sin(self.lean))
        parts = min(characters, max(1, math.ceil(rise / (_MOST_RISE * self.height))))
        ends = [round(characters * part / parts) for part in range(parts + 1)]
        for begin, end in pairwise(ends):
            share = slice(begin, end)
            yield self._levelled(begin / characters, end / characters, self.quarter), share

    def _levelled(self, begin: float, end: float, direction: float) -> Place:
        """Return the place of a part, turned into another direction around its middle."""
        middle = self.ahead(self.length * (begin + end) / 2, self.height / 2)
        rise = self.length * (end - begin) * abs(math.sin(self.direction - direction))
        height = self.height + _TALLER * rise
        turned = Place(middle, direction, self.length * (end - begin), height)
        return Place(
            turned.ahead(-turned.length / 2, -turned.height / 2),
            direction,
            turned.length,
            turned.height,
        )


def lean_of(places: Iterable[Place]) -> float:
    """Return the angle at which most writing lies crooked, in radians; 0 if there is none."""
    leans = sorted((place.lean, place.length) for place in places)
    half = sum(length for _, length in leans) / 2
    for lean, length in leans:
        half -= length
        if half <= 0:
            return lean
    return 0.0


def _turns_right(start: Point, end: Point, aside: Point) -> bool:
    """Return whether a point lies to the right of the way from one point to another."""
    return (end[0] - start[0]) * (aside[1] - start[1]) < (end[1] - start[1]) * (aside[0] - start[0])
