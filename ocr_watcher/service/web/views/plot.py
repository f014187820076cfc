"""The plot of the pages a minute, as places of bars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

HEIGHT = 64
WIDTH = 10
"""The width of a minute, with the gap after it."""
_GAP = 2
_LEAST = 2
"""The least height of a minute with a page, among very busy minutes."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A minute of the plot, in units of the drawing.

    Attributes:
        x: Its left edge.
        y: Its upper edge.
        width: Its width.
        height: Its height.
        pages: The pages of the minute.
        ago: The number of minutes between it and now.
    """

    x: int
    y: float
    width: int
    height: float
    pages: int
    ago: int


@dataclass(frozen=True, slots=True)
class Plot:
    """The pages of the last hour, minute by minute.

    Attributes:
        bars: The minutes in which pages were read.
        width: The width of the drawing.
        height: The height of the drawing.
        total: The pages of the hour.
        most: The pages of its busiest minute.
    """

    bars: tuple[Bar, ...]
    width: int
    height: int
    total: int
    most: int


def plot_of(pages: Sequence[int]) -> Plot:
    """Return the plot of the pages of successive minutes.

    Args:
        pages: The pages of each minute, the current one last.
    """
    most = max(pages, default=0)
    bars = []
    for position, number in enumerate(pages):
        if number:
            height = max(_LEAST, round(HEIGHT * number / most, 1))
            ago = len(pages) - 1 - position
            at, top = position * WIDTH, round(HEIGHT - height, 1)
            bars.append(Bar(at, top, WIDTH - _GAP, height, number, ago))
    return Plot(tuple(bars), len(pages) * WIDTH, HEIGHT, sum(pages), most)
