"""Decides how small a page becomes and where it may be cut: arithmetic, without a pixel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ocr_watcher.pages.model import Size
    from ocr_watcher.values.page import Limits

_LEGIBLE = 0.75
"""Print of the size that scans have is still read well when it is reduced to this share."""

_LONG = 4.0
"""From this ratio of its sides on a page is cut: pages of paper are far from it, till receipts,
lists and panoramas beyond. A large page of another shape is large in print, too."""

_MOST_STRIPS = 40
"""Of one page, as each is a call that is paid for."""

_WINDOW = 5
"""A cut lies within the last fifth of a strip, so a strip gets on by at least four fifths."""

_OVERLAP = 10
"""Where there is no blank place for a cut, the neighbours share a tenth of a strip: several lines
of any print that is read at all."""

_MARGIN = 16
"""Most pixels beyond the cut that each of the neighbours has of the blank band between them."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a page is given to an engine.

    Attributes:
        size: That of the whole page after it was reduced.
        strip_side: Greatest length of the strips that it is cut into, along its longer side; None
            where it goes as one.
    """

    size: Size
    strip_side: int | None = None


@dataclass(frozen=True, slots=True)
class Strip:
    """A part of a page, from ``start`` to ``end`` along its longer side.

    Attributes:
        start: Its first pixel.
        end: The one after its last.
        shares_lines: Whether the strip before it may show lines that this one shows, too.
    """

    start: int
    end: int
    shares_lines: bool = False


def layout_of(upright: Size, limits: Limits) -> Layout:
    """Decide how a page is given to an engine.

    Args:
        upright: The size of the page the way up that a viewer shows it.
        limits: What the engine takes.
    """
    short, long = sorted(upright)
    is_illegible_as_one = (
        limits.strip_side < _LEGIBLE * long
        and long >= _LONG * short
        and short >= limits.shortest_side  # what is narrower shows no letter, and costs calls
    )
    if not is_illegible_as_one:
        return Layout(_reduced(upright, min(1.0, limits.longest_side / long)))
    side = min(limits.strip_side, limits.longest_side)
    most = _MOST_STRIPS * (side - side // _WINDOW)
    scale = min(1.0, limits.longest_side / short, most / long)
    return Layout(_reduced(upright, scale), side)


def strips_of(
    length: int, side: int, blank_band: Callable[[int, int], tuple[int, int] | None]
) -> Iterator[Strip]:
    """Cut a page at blank places, each as late as there is one in the last fifth of a strip.

    Where there is none, the strip has its greatest length and shares its end with the next.

    Args:
        length: That of its longer side.
        side: The greatest length of a strip.
        blank_band: Finds the start and end of a band in which nothing is written, between two
            places along the longer side: the last of those as wide as a gap between lines, so
            that a narrower one behind it is passed over; None where there is none.

    Yields:
        The strips, in order; together they cover the page.
    """
    start, shares_lines = 0, False
    while length - start > side:
        end = start + side
        band = blank_band(end - side // _WINDOW, end)
        if band is None:
            yield Strip(start, end, shares_lines)
            start, shares_lines = end - side // _OVERLAP, True
        else:
            middle, margin = sum(band) // 2, min(_MARGIN, (band[1] - band[0]) // 2)
            yield Strip(start, middle + margin, shares_lines)
            start, shares_lines = middle - margin, False
    yield Strip(start, length, shares_lines)


def _reduced(size: Size, scale: float) -> Size:
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
