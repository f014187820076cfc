"""Decides how far a page is reduced and where it is cut, from sizes alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ocr_watcher.pages.types import Size
    from ocr_watcher.values.page import Limits

_LEGIBLE = 0.75
"""The share to which a scan can be reduced so that print of the usual size is still read well."""

_LONG = 4.0
"""The ratio of the sides from which a page is cut. Sheets of paper are far below it; till receipts,
lists and panoramas are above it. A large page of another shape has large print."""

_MOST_STRIPS = 40
"""The most strips of one page, as each strip costs one paid call."""

_WINDOW = 5
"""The part of a strip, at its end, in which it may be cut: a fifth. Each strip thus covers at least
four fifths of its length of new page."""

_OVERLAP = 10
"""The part of a strip that two neighbours share if there is no blank place for a cut: a tenth,
which is several lines of any legible print."""

_MARGIN = 16
"""The most pixels by which each neighbour reaches beyond the cut into the blank band between
them."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The plan for sending a page to an engine.

    Attributes:
        size: The size of the whole page after it is reduced.
        strip_side: The greatest length of its strips, along its longer side; None if the page
            is not cut.
    """

    size: Size
    strip_side: int | None = None


@dataclass(frozen=True, slots=True)
class Strip:
    """A part of a page, from ``start`` to ``end`` along its longer side.

    Attributes:
        start: The first pixel of the strip.
        end: The pixel after its last.
        shares_lines: Whether the strip before it may show lines that this one shows too.
    """

    start: int
    end: int
    shares_lines: bool = False


def layout_of(upright: Size, limits: Limits) -> Layout:
    """Return the plan for a page.

    Args:
        upright: The size of the page as a viewer shows it.
        limits: The limits of the engine.
    """
    short, long = sorted(upright)
    is_illegible_as_one = (
        limits.strip_side < _LEGIBLE * long
        and long >= _LONG * short
        and short >= limits.shortest_side  # a narrower page shows no letter, but costs calls
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
    """Cut a page at the last blank place in the last fifth of each strip.

    If there is no blank place, the strip has its greatest length and shares its end with the next
    strip.

    Args:
        length: The length of the longer side of the page.
        side: The greatest length of a strip.
        blank_band: Called with two places along the longer side. It returns the start and end of
            the last blank band between them that is as wide as a gap between lines; narrower bands
            after it are ignored. None if there is none.

    Yields:
        The strips, in order. Together they cover the page.
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
