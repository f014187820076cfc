"""The size of print, and the level of a heading that it shows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from ocr_watcher.document.spacing import columns_of
from ocr_watcher.document.words import width_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ocr_watcher.document.places import Box

_ANOTHER_LEVEL = 0.85
"""A heading smaller than this share of another heading's size has a lower level."""

_LOWEST_LEVEL = 6

_NARROWEST = 0.3
"""The least width of a text, in heights of its print: that of an ``i``."""

_EVEN = 0.6
"""The width of a letter, in heights of print, of fonts whose letters have one width."""

_CLEARLY = 0.5
"""The share of the spread of sizes that they have by such widths, where a page has such a font."""


def levels_of(sizes: Iterable[float]) -> dict[float, int]:
    """Return the level of a heading of each size, from 1 for the largest to 6."""
    levels: dict[float, int] = {}
    level, largest = 0, math.inf
    for size in sorted(set(sizes), reverse=True):
        if size < _ANOTHER_LEVEL * largest:
            level, largest = min(level + 1, _LOWEST_LEVEL), size
        levels[size] = level
    return levels


@dataclass(frozen=True, slots=True)
class PrintSize:
    """How the size of print is measured on a page.

    Attributes:
        is_even: Whether its letters have one width, as those of a typewriter and of most tills.
        usual: The median size of its characters; 0 without any.
    """

    is_even: bool
    usual: float

    @classmethod
    def of(cls, boxes: Sequence[Box], texts: Sequence[str]) -> PrintSize:
        """Measure a page, by the place and the text of each of its lines."""
        lines = [(box, text) for box, text in zip(boxes, texts, strict=True) if text]
        sizes = {
            is_even: [_size(box, text, is_even=is_even) for box, text in lines]
            for is_even in (False, True)
        }
        is_even = _spread(sizes[True]) < _CLEARLY * _spread(sizes[False])
        weights = [columns_of(text) for _, text in lines]
        return cls(is_even, _weighted_median(sizes[is_even], weights))

    def times_usual(self, box: Box, text: str) -> float:
        """Return the size of the print of a row, as a multiple of the usual size."""
        return _size(box, text, is_even=self.is_even) / self.usual if self.usual else 0.0


def _size(box: Box, text: str, *, is_even: bool) -> float:
    """Return the size of print, from height and width, as the height of a box alone is inexact.

    Of most fonts, capitals and an ``m`` are wider than an ``i`` of the same size.
    """
    width = columns_of(text) * _EVEN if is_even else sum(map(width_of, text))
    area = max(box.height, 0.0) * max(box.width, 0.0)
    return math.sqrt(area / max(width, _NARROWEST))


def _spread(sizes: Sequence[float]) -> float:
    """Return how much most sizes of a page differ, as a share of them."""
    if not sizes:
        return 0.0
    usual = median(sizes)
    return median(abs(size - usual) for size in sizes) / usual if usual else 0.0


def _weighted_median(sizes: Sequence[float], weights: Sequence[int]) -> float:
    half = sum(weights) / 2
    for size, weight in sorted(zip(sizes, weights, strict=True)):
        half -= weight
        if half <= 0:
            return size
    return 0.0
