"""Tells which lines two neighbouring strips of a page both show: pure, from lines to indexes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, TypeGuard

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr_watcher.values.reading import Line

Interval = tuple[float, float]
"""From the smaller to the greater place."""

_NEAR_CUT = 0.05
"""A line that ends so near to a cut, in shares of what the strips share, may be a fragment."""

_SAME_PLACE = 0.5
_SAME_WORDS = 0.6
"""Share of the shorter text that the other one has as well. Less than of whole lines is asked, as
one engine's line may be two of them in the other strip."""

_UNLIKE = 0.75
"""Of two readings of one line at least so much is alike, as `difflib` reckons."""

_FRAGMENT = 0.25
"""What a pair at either end that does not agree counts against the others. Mostly it is a fragment
over a whole line, but chance matches have such ends as well."""

_LEAST_AGREEMENT = 0.5
_UNLIKELY = 0.01
"""What a number of shared lines loses for each line that it differs from the expected number; far
less than one line that does not match, and enough where all lines are alike."""


@dataclass(frozen=True, slots=True)
class StripLines:
    """What was read on a strip.

    Attributes:
        lines: Their locations in pixels of the page.
        span: Where the strip lies along the page.
        axis: Along which it lies there: 0 for x, 1 for y.
    """

    lines: Sequence[Line]
    span: Interval
    axis: int


@dataclass(frozen=True, slots=True)
class _Seen:
    """A line at its place on the page, as one of two strips shows it."""

    strip: int
    index: int
    words: str
    along: Interval
    across: Interval
    from_cut: float
    may_be_cut: bool

    def is_same(self, other: _Seen) -> bool:
        return (
            _shared(self.along, other.along) > _SAME_PLACE
            and _shared(self.across, other.across) > _SAME_PLACE
            and (self.may_be_cut or other.may_be_cut or _alike(self.words, other.words))
        )


def doubled(before: StripLines, after: StripLines) -> tuple[set[int], set[int]]:
    """Find what has to go, so that each line of two overlapping strips is there once.

    By the places of the lines, where the engine told them: of two that are the same, the one that
    is farther from the cut through its strip is whole. Equal lines at different places stay.
    Without places, by their order: the end of the one strip is laid over the beginning of the
    other where their texts agree. Where all of these are equal it is reckoned how many they are.

    Args:
        before: The strip that is read first.
        after: The one that is read after it.

    Returns:
        The indexes of the lines that the other strip has, of each.
    """
    if None not in [*_boxes(before), *_boxes(after)]:
        return _doubled_by_place(before, after)
    return _doubled_by_order(before, after)


def _doubled_by_place(before: StripLines, after: StripLines) -> tuple[set[int], set[int]]:
    # By falling distance from the cut, so that a line only goes where its like surely stays.
    gone: tuple[set[int], set[int]] = (set(), set())
    kept: list[_Seen] = []
    seen = [*_seen(0, before, after), *_seen(1, after, before)]
    for line in sorted(seen, key=lambda line: -line.from_cut):
        if any(line.strip != other.strip and line.is_same(other) for other in kept):
            gone[line.strip].add(line.index)
        else:
            kept.append(line)
    return gone


def _seen(number: int, strip: StripLines, neighbour: StripLines) -> Iterator[_Seen]:
    """Describe the lines of a strip that lie, in part at least, where its neighbour is, too."""
    low, high = _zone(strip, neighbour)
    cut = high if strip.span[0] < neighbour.span[0] else low
    for index, (line, box) in enumerate(zip(strip.lines, _boxes(strip), strict=True)):
        if box is not None and box[strip.axis][1] > low and box[strip.axis][0] < high:
            along, across = box[strip.axis], box[1 - strip.axis]
            from_cut = min(abs(cut - end) for end in along)
            may_be_cut = from_cut <= _NEAR_CUT * (high - low)
            yield _Seen(number, index, line.words, along, across, from_cut, may_be_cut)


def _zone(one: StripLines, other: StripLines) -> Interval:
    return max(one.span[0], other.span[0]), min(one.span[1], other.span[1])


def _boxes(strip: StripLines) -> list[tuple[Interval, Interval] | None]:
    return [_box(line.fields.get("location")) for line in strip.lines]


def _box(location: object) -> tuple[Interval, Interval] | None:
    """The extent of a line along x and along y; None where the engine told no proper place."""
    if not isinstance(location, Mapping):
        return None
    left, top, width, height = (location.get(name) for name in ("left", "top", "width", "height"))
    if not (_is_number(left) and _is_number(top) and _is_number(width) and _is_number(height)):
        return None
    return (left, left + width), (top, top + height)


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float)


def _shared(one: Interval, other: Interval) -> float:
    """How much of the shorter of two intervals the other one covers."""
    shorter = min(one[1] - one[0], other[1] - other[0])
    return (min(one[1], other[1]) - max(one[0], other[0])) / max(shorter, 1)


def _alike(one: str, other: str) -> bool:
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) >= _SAME_WORDS * min(len(one), len(other))


def _doubled_by_order(before: StripLines, after: StripLines) -> tuple[set[int], set[int]]:
    low, high = _zone(before, after)
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
        pairs: How alike the two lines of each pair are; 0 where they are not.
    """

    pairs: tuple[float, ...]

    @classmethod
    def of(cls, before: Sequence[Line], after: Sequence[Line], number: int) -> _Overlay:
        pairs = zip(before[-number:], after[:number], strict=True)
        return cls(tuple(_likeness(one.words, other.words) for one, other in pairs))

    @property
    def _telling(self) -> tuple[float, ...]:
        """Without what may be a fragment over a whole line, at either end."""
        first = 0 if self.pairs[0] else 1
        last = len(self.pairs) if self.pairs[-1] else len(self.pairs) - 1
        return self.pairs[first:last]

    @property
    def _fragments(self) -> int:
        return len(self.pairs) - len(self._telling)

    @property
    def agreement(self) -> float:
        """How far the texts bear it out, from 0 to 1."""
        weight = len(self._telling) + _FRAGMENT * self._fragments
        return sum(self._telling) / weight

    def likelihood(self, expected: float) -> float:
        """The agreement, less what the number of lines has against it; a fragment is half a one."""
        lines = len(self.pairs) - self._fragments / 2
        return self.agreement - _UNLIKELY * abs(lines - expected)

    @property
    def turn(self) -> int:
        """The pair up to which the first strip is read, and the second one from it on.

        It agrees best, and is nearest to the middle, where both strips show the lines whole.
        """
        middle = (len(self.pairs) - 1) / 2
        return max(
            range(len(self.pairs)), key=lambda place: (self.pairs[place], -abs(place - middle))
        )


def _likeness(one: str, other: str) -> float:
    """Return how surely two texts are one line, from 0 to 1.

    The scale begins high, as the rows of a list differ in a few figures only.
    """
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.quick_ratio() < _UNLIKE:
        return 0.0
    return max(0.0, (matcher.ratio() - _UNLIKE) / (1 - _UNLIKE))
