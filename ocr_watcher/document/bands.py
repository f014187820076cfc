"""Bands: the parts of a gutter, with the lines on both sides of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ocr_watcher.document.places import Box


@dataclass(frozen=True, slots=True)
class Band:
    """The part of a gutter between two lines that cross it.

    Attributes:
        at: The place where columns may begin, in pixels.
        left: The lines on the left of it, as indexes of the lines of the page.
        right: The lines on the right of it.
    """

    at: float
    left: tuple[int, ...]
    right: tuple[int, ...]

    @classmethod
    def of(cls, at: float, lines: Sequence[int], left: Collection[int]) -> Self:
        """Return the band of some lines, given all lines on the left of its gutter."""
        return cls(
            at,
            tuple(index for index in lines if index in left),
            tuple(index for index in lines if index not in left),
        )

    @classmethod
    def joined(cls, bands: Sequence[Self]) -> Self:
        """Return the band of all lines of some bands of one gutter, at least one."""
        return cls(
            bands[0].at,
            tuple(index for band in bands for index in band.left),
            tuple(index for band in bands for index in band.right),
        )


def extent(boxes: Sequence[Box], lines: Sequence[int]) -> tuple[float, float]:
    """Return the upper and the lower end of some lines, at least one, in pixels."""
    return min(boxes[index].top for index in lines), max(boxes[index].bottom for index in lines)
