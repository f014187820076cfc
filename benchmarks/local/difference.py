"""Counts the characters in which two readings of a page differ, whatever the order of their lines.

Lines are put together by their place. Two lines touch if the middle of one lies within the other.
Lines that touch, directly or through others, are one passage. Most passages have one line of each
reading. Others have a line that one reading has in two parts, or a line that only one reading has.

For each passage, the texts of both are put together from left to right or from top to bottom. Its
edits are the least number of characters to insert, delete or replace (Levenshtein's distance)
between these texts, without white space. The direction with fewer edits counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rapidfuzz.distance import Levenshtein

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    Corner = tuple[float, float]

_SAME_PLACE = 0.7
"""The least share, for two lines at the same place, of the common area in the area of both."""


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line that a reader has found.

    Attributes:
        text: The text of the line.
        corners: The corners, clockwise from the upper left, in pixels of a common grid.
        turned: Whether the reader has turned it upside down before it read it.
    """

    text: str
    corners: tuple[Corner, ...]
    turned: bool = False

    @property
    def middle(self) -> Corner:
        """The mean of its corners."""
        across, down = zip(*self.corners, strict=True)
        return sum(across) / len(across), sum(down) / len(down)

    @property
    def edges(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the rectangle around it."""
        across, down = zip(*self.corners, strict=True)
        return min(across), min(down), max(across), max(down)

    @property
    def characters(self) -> str:
        """Its text without white space."""
        return "".join(self.text.split())

    def has(self, point: Corner) -> bool:
        """Return whether a point lies within it."""
        ends = zip(self.corners, (*self.corners[1:], self.corners[0]), strict=True)
        turns = [_turn(start, end, point) for start, end in ends]
        return all(turn >= 0 for turn in turns) or all(turn <= 0 for turn in turns)


@dataclass(frozen=True, slots=True)
class Passage:
    """The lines that two readers have at one place.

    Attributes:
        theirs: The lines of the reader that is compared with; perhaps none.
        ours: The lines of the other reader; perhaps none.
    """

    theirs: tuple[PlacedLine, ...]
    ours: tuple[PlacedLine, ...]

    @property
    def is_common(self) -> bool:
        """Whether both readers have one line, at the same place, and none has turned it."""
        if len(self.theirs) != 1 or len(self.ours) != 1:
            return False
        if self.theirs[0].turned or self.ours[0].turned:
            return False
        return _shared(self.theirs[0].edges, self.ours[0].edges) >= _SAME_PLACE

    @property
    def characters(self) -> int:
        """The number of characters that are compared with."""
        return sum(len(line.characters) for line in self.theirs)

    @property
    def edits(self) -> int:
        """The least number of characters to change."""
        return min(
            Levenshtein.distance(_text(self.theirs, axis), _text(self.ours, axis))
            for axis in (0, 1)
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """Counts over one page or several.

    Attributes:
        characters: The number of characters of RapidOCR's lines.
        edits: The number of edits of all passages.
        common_characters: The number of characters of its lines in passages that are common.
        common_edits: The number of edits of the common passages.
        examples: The two texts of each passage that has edits.
    """

    characters: int = 0
    edits: int = 0
    common_characters: int = 0
    common_edits: int = 0
    examples: tuple[tuple[str, str], ...] = field(default=())

    def __add__(self, other: Difference) -> Difference:
        return Difference(
            self.characters + other.characters,
            self.edits + other.edits,
            self.common_characters + other.common_characters,
            self.common_edits + other.common_edits,
            self.examples + other.examples,
        )

    @property
    def share(self) -> float:
        """The number of edits divided by the number of characters, in per cent."""
        return _per_cent(self.edits, self.characters)

    @property
    def common_share(self) -> float:
        """The same share for the passages that are common."""
        return _per_cent(self.common_edits, self.common_characters)

    @property
    def coverage(self) -> float:
        """The share of the characters of common passages in all characters, in per cent."""
        return _per_cent(self.common_characters, self.characters)


def difference(theirs: Sequence[PlacedLine], ours: Sequence[PlacedLine]) -> Difference:
    """Compare two readings of a page.

    Args:
        theirs: The lines that are compared with.
        ours: The lines of the other reader.
    """
    found = list(passages(theirs, ours))
    common = [passage for passage in found if passage.is_common]
    return Difference(
        sum(passage.characters for passage in found),
        sum(passage.edits for passage in found),
        sum(passage.characters for passage in common),
        sum(passage.edits for passage in common),
        tuple(_example(passage) for passage in found if passage.edits),
    )


def passages(theirs: Sequence[PlacedLine], ours: Sequence[PlacedLine]) -> Iterator[Passage]:
    """Put the lines of two readers together by their place."""
    left = set(range(len(theirs))), set(range(len(ours)))
    while left[0] or left[1]:
        side = 0 if left[0] else 1
        members: tuple[list[int], list[int]] = ([], [])
        members[side].append(left[side].pop())
        grown = True
        while grown:
            of_ours = [at for at in left[1] if _touches(ours[at], theirs, members[0])]
            left[1].difference_update(of_ours)
            members[1].extend(of_ours)
            of_theirs = [at for at in left[0] if _touches(theirs[at], ours, members[1])]
            left[0].difference_update(of_theirs)
            members[0].extend(of_theirs)
            grown = bool(of_ours or of_theirs)
        yield Passage(
            tuple(theirs[at] for at in sorted(members[0])),
            tuple(ours[at] for at in sorted(members[1])),
        )


def _touches(line: PlacedLine, others: Sequence[PlacedLine], members: Iterable[int]) -> bool:
    return any(line.has(others[at].middle) or others[at].has(line.middle) for at in members)


def _turn(start: Corner, end: Corner, point: Corner) -> float:
    """Return a number whose sign tells on which side of a line a point lies."""
    return (end[0] - start[0]) * (point[1] - start[1]) - (end[1] - start[1]) * (point[0] - start[0])


def _shared(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the share of the common area of two rectangles in the area that both cover."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    if across <= 0 or down <= 0:
        return 0.0
    both = across * down
    return both / (_area(one) + _area(other) - both)


def _area(edges: Sequence[float]) -> float:
    left, top, right, bottom = edges
    return (right - left) * (bottom - top)


def _text(lines: Iterable[PlacedLine], axis: int) -> str:
    return "".join(line.characters for line in sorted(lines, key=lambda line: line.middle[axis]))


def _example(passage: Passage) -> tuple[str, str]:
    theirs, ours = (" ".join(line.text for line in side) for side in (passage.theirs, passage.ours))
    return theirs, ours


def _per_cent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0
