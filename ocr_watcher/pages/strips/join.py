"""Join the readings of the strips of a page to the reading of the page; pure functions."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ocr_watcher.pages.strips.doubles import StripLines, doubled
from ocr_watcher.values.dialect_paragraphs import joined_paragraphs, without_paragraphs
from ocr_watcher.values.reading import DIRECTION, UNREAD_INK, Reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr_watcher.pages.types import Piece
    from ocr_watcher.values.geometry import Point

_UNKNOWN = -1
"""The direction that an engine gives for a strip with too little text to find it."""

_BACKWARDS_DOWN = frozenset({1, 2})
_BACKWARDS_RIGHT = frozenset({2, 3})
"""The directions of pages whose strips are read in reverse order; the strips are cut one after the
other down or to the right. Direction 1 is a page turned by 90 degrees counter-clockwise: its head
is on the left, and its lines begin at the bottom. At 3, turned by 270 degrees, the head is on the
right, and the lines begin at the top. At 2 the head is at the bottom, and the lines begin on the
right."""


def joined(strips: Sequence[tuple[Piece, Reading]]) -> Reading:
    """Join the readings of the strips of a page.

    Args:
        strips: The strips and their readings in the order in which they were cut, from the upper or
            left end on. Every location is in pixels of the page as stored.

    Returns:
        The lines in reading order, none of them twice, and the details of the strip that is read
        first. The direction is that of most lines. The paragraphs are those of all strips; they are
        left out where the engine did not give them in the documented shape.
    """
    if len(strips) == 1:
        return strips[0][1]
    direction = _direction(strips)
    order = _reading_order(strips, direction)
    gone = _doubles(strips, order)
    readings = [strips[index][1] for index in order]
    places = [
        (strip, index)
        for strip, reading in enumerate(readings)
        for index in range(len(reading.lines))
        if index not in gone[strip]
    ]
    lines = tuple(readings[strip].lines[index] for strip, index in places)
    details = _details(readings, places)
    return Reading(lines, details if direction is None else details | {DIRECTION: direction})


def _direction(strips: Sequence[tuple[Piece, Reading]]) -> int | None:
    """Return the direction of most lines; None if the engine gives no direction."""
    votes: Counter[int] = Counter()
    for _, reading in strips:
        direction = reading.details.get(DIRECTION)
        if isinstance(direction, int):
            votes[direction] += len(reading.lines)
    if len(votes) > 1:
        del votes[_UNKNOWN]
    return votes.most_common(1)[0][0] if votes else None


def _reading_order(strips: Sequence[tuple[Piece, Reading]], direction: int | None) -> list[int]:
    backwards = _BACKWARDS_DOWN if _are_cut_downwards(strips) else _BACKWARDS_RIGHT
    order = list(range(len(strips)))
    return order[::-1] if direction in backwards else order


def _are_cut_downwards(strips: Sequence[tuple[Piece, Reading]]) -> bool:
    """Return whether the strips, as they went to the engine, follow one another downwards."""
    given = strips[0][0].to_stored
    x, y = _advance(strips)
    return abs(given.xy * x + given.yy * y) > abs(given.xx * x + given.yx * y)


def _advance(strips: Sequence[tuple[Piece, Reading]]) -> Point:
    """Return the distance from the first strip to the second, on the page as stored."""
    first, second = (piece.to_stored for piece, _ in strips[:2])
    return second.x0 - first.x0, second.y0 - first.y0


def _doubles(strips: Sequence[tuple[Piece, Reading]], order: Sequence[int]) -> list[set[int]]:
    """Return the lines to drop of each strip, in reading order: a neighbour keeps each of them."""
    gone: list[set[int]] = [set() for _ in order]
    shown = _shown(strips)
    for place, (one, other) in enumerate(pairwise(order)):
        later, _ = strips[max(one, other)]
        if later.shares_lines:
            of_one, of_other = doubled(shown[one], shown[other])
            gone[place] |= of_one
            gone[place + 1] |= of_other
    return gone


def _shown(strips: Sequence[tuple[Piece, Reading]]) -> list[StripLines]:
    x, y = _advance(strips)
    axis = 0 if abs(x) > abs(y) else 1
    shown = []
    for piece, reading in strips:
        corners = ((0, 0), (piece.page.width, piece.page.height))
        low, high = sorted(piece.to_stored.point(*corner)[axis] for corner in corners)
        shown.append(StripLines(reading.lines, (low, high), axis))
    return shown


def _details(readings: Sequence[Reading], places: Sequence[tuple[int, int]]) -> dict[str, Any]:
    details = without_paragraphs(readings[0].details)
    details.pop(UNREAD_INK, None)
    if not places and any(reading.details.get(UNREAD_INK) for reading in readings):
        details[UNREAD_INK] = True
    numbers = {place: number for number, place in enumerate(places)}
    return details | joined_paragraphs([reading.details for reading in readings], numbers)
