"""Find the lines that two neighbouring strips of a page both show; pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr_watcher.values.geometry import Rectangle
    from ocr_watcher.values.reading import Line

Interval = tuple[float, float]
"""The two ends of an interval, the smaller one first."""

_NEAR_CUT = 0.05
"""The distance from a cut within which the end of a line may be a fragment, as a share of the
overlap of the strips."""

_SAME_PLACE = 0.5
_SAME_WORDS = 0.6
"""The least share of the shorter text that the other text also has. It is less than all of it, as
one line of the one strip may be two lines of the other."""

_UNLIKE = 0.75
"""The least similarity of two readings of one line, as `difflib` calculates it."""

_FRAGMENT = 0.25
"""Weight of a pair at either end that does not agree. Usually it is a fragment over a whole line,
but chance matches have such ends too."""

_LEAST_AGREEMENT = 0.5
_UNLIKELY = 0.01
"""Penalty for each line by which the number of shared lines differs from the expected number. It is
far less than one line that does not match, and enough where all lines are alike."""


@dataclass(frozen=True, slots=True)
class StripLines:
    """The lines that were read on a strip.

    Attributes:
        lines: The lines, with locations in pixels of the page.
        span: The place of the strip along the page.
        axis: The axis of that place: 0 for x, 1 for y.
    """

    lines: Sequence[Line]
    span: Interval
    axis: int


@dataclass(frozen=True, slots=True)
class _ShownLine:
    """A line at its place on the page, as one of two strips shows it."""

    strip: int
    index: int
    words: str
    along: Interval
    across: Interval
    from_cut: float
    may_be_cut: bool

    def is_same(self, other: _ShownLine) -> bool:
        return (
            _shared(self.along, other.along) > _SAME_PLACE
            and _shared(self.across, other.across) > _SAME_PLACE
            and (self.may_be_cut or other.may_be_cut or _alike(self.words, other.words))
        )


def doubled(before: StripLines, after: StripLines) -> tuple[set[int], set[int]]:
    """Find the lines to drop, so that each line of two overlapping strips is there once.

    Where the engine gave the places of the lines, they decide: of two copies of a line, the copy
    farther from the cut through its strip is whole. Equal lines at different places stay. Without
    places, the order decides: the end of one strip is matched with the beginning of the other
    where their texts agree. Where all of these texts are equal, the expected number of shared lines
    decides.

    Args:
        before: The strip that is read first.
        after: The strip that is read after it.

    Returns:
        For each strip, the indexes of the lines that the other strip keeps.
    """
    if None not in [*_boxes(before), *_boxes(after)]:
        return _doubled_by_place(before, after)
    return _doubled_by_order(before, after)


def _doubled_by_place(before: StripLines, after: StripLines) -> tuple[set[int], set[int]]:
    # Lines far from the cut come first, so that a line is dropped only for a copy that stays.
    gone: tuple[set[int], set[int]] = (set(), set())
    kept: list[_ShownLine] = []
    shown = [*_shown_lines(0, before, after), *_shown_lines(1, after, before)]
    for line in sorted(shown, key=lambda line: -line.from_cut):
        if any(line.strip != other.strip and line.is_same(other) for other in kept):
            gone[line.strip].add(line.index)
        else:
            kept.append(line)
    return gone


def _shown_lines(number: int, strip: StripLines, neighbour: StripLines) -> Iterator[_ShownLine]:
    """Yield the lines of a strip that lie at least partly within its neighbour."""
    low, high = _overlap_of(strip, neighbour)
    cut = high if strip.span[0] < neighbour.span[0] else low
    for index, (line, box) in enumerate(zip(strip.lines, _boxes(strip), strict=True)):
        if box is not None and box[strip.axis][1] > low and box[strip.axis][0] < high:
            along, across = box[strip.axis], box[1 - strip.axis]
            from_cut = min(abs(cut - end) for end in along)
            may_be_cut = from_cut <= _NEAR_CUT * (high - low)
            yield _ShownLine(number, index, line.text, along, across, from_cut, may_be_cut)


def _overlap_of(one: StripLines, other: StripLines) -> Interval:
    return max(one.span[0], other.span[0]), min(one.span[1], other.span[1])


def _boxes(strip: StripLines) -> list[tuple[Interval, Interval] | None]:
    return [line.box and _intervals(line.box) for line in strip.lines]


def _intervals(box: Rectangle) -> tuple[Interval, Interval]:
    """Return the extent of a line along x and along y."""
    return (box.left, box.left + box.width), (box.top, box.top + box.height)


def _shared(one: Interval, other: Interval) -> float:
    """Return the share of the shorter of two intervals that the other one covers."""
    shorter = min(one[1] - one[0], other[1] - other[0])
    return (min(one[1], other[1]) - max(one[0], other[0])) / max(shorter, 1)


def _alike(one: str, other: str) -> bool:
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) >= _SAME_WORDS * min(len(one), len(other))


def _doubled_by_order(before: StripLines, after: StripLines) -> tuple[set[int], set[int]]:
    low, high = _overlap_of(before, after)
    length = sum(strip.span[1] - strip.span[0] for strip in (before, after))
    expected = (high - low) / length * (len(before.lines) + len(after.lines))
    most = min(len(before.lines), len(after.lines), 3 + round(3 * expected))
    overlays = [_Overlay.of(before.lines, after.lines, number) for number in range(1, most + 1)]
    fitting = [overlay for overlay in overlays if overlay.agreement >= _LEAST_AGREEMENT]
    if not fitting:
        return set(), set()
    best = max(fitting, key=lambda overlay: overlay.likelihood(expected))
    turn = best.turn
    first = len(before.lines) - len(best.pairs)
    return set(range(first + turn, len(before.lines))), set(range(turn))


@dataclass(frozen=True, slots=True)
class _Overlay:
    """The last lines of one strip laid over the first ones of the next.

    Attributes:
        pairs: The likeness of the two lines of each pair; 0 where they differ.
    """

    pairs: tuple[float, ...]

    @classmethod
    def of(cls, before: Sequence[Line], after: Sequence[Line], number: int) -> _Overlay:
        pairs = zip(before[-number:], after[:number], strict=True)
        return cls(tuple(_likeness(one.text, other.text) for one, other in pairs))

    @property
    def _reliable(self) -> tuple[float, ...]:
        """The pairs without those at either end that may be a fragment over a whole line."""
        first = 0 if self.pairs[0] else 1
        last = len(self.pairs) if self.pairs[-1] else len(self.pairs) - 1
        return self.pairs[first:last]

    @property
    def _fragments(self) -> int:
        return len(self.pairs) - len(self._reliable)

    @property
    def agreement(self) -> float:
        """The share of the overlay that the texts confirm, from 0 to 1."""
        weight = len(self._reliable) + _FRAGMENT * self._fragments
        return sum(self._reliable) / weight

    def likelihood(self, expected: float) -> float:
        """Return the agreement less a penalty for an unexpected number of lines.

        A fragment counts as half a line.
        """
        lines = len(self.pairs) - self._fragments / 2
        return self.agreement - _UNLIKELY * abs(lines - expected)

    @property
    def turn(self) -> int:
        """The pair at which reading goes from the first strip to the second.

        It is the pair that agrees best, and of equal ones the nearest to the middle, where both
        strips show the lines whole.
        """
        middle = (len(self.pairs) - 1) / 2
        return max(
            range(len(self.pairs)), key=lambda place: (self.pairs[place], -abs(place - middle))
        )


def _likeness(one: str, other: str) -> float:
    """Return the certainty that two texts are one line, from 0 to 1.

    The scale begins at a high similarity, as the rows of a list differ only in a few figures.
    """
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.quick_ratio() < _UNLIKE:
        return 0.0
    return max(0.0, (matcher.ratio() - _UNLIKE) / (1 - _UNLIKE))
