"""The size of print, and the level of a heading that it shows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ocr_watcher.document.spacing import columns_of
from ocr_watcher.document.words import width_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ocr_watcher.document.analysis import Analysis

_ANOTHER_LEVEL = 0.85
"""A heading smaller than this share of another heading's size has a lower level."""

_LOWEST_LEVEL = 6

_NARROWEST = 0.3
"""The least width of a text, in heights of its print: that of an ``i``."""


def levels_of(sizes: Iterable[float]) -> dict[float, int]:
    """Return the level of a heading of each size, from 1 for the largest to 6."""
    levels: dict[float, int] = {}
    level, largest = 0, math.inf
    for size in sorted(set(sizes), reverse=True):
        if size < _ANOTHER_LEVEL * largest:
            level, largest = min(level + 1, _LOWEST_LEVEL), size
        levels[size] = level
    return levels


def usual_size(found: Analysis, texts: Sequence[str]) -> float:
    """Return the median size of the characters of a page."""
    boxes = zip(found.boxes, texts, strict=True)
    sizes = sorted((size_of(box.height, box.width, text), columns_of(text)) for box, text in boxes)
    half = sum(number for _, number in sizes) / 2
    for size, number in sizes:
        half -= number
        if half <= 0:
            return size
    return 0.0


def size_of(height: float, width: float, text: str) -> float:
    """Return the size of print, from height and width, as the height of a box alone is inexact.

    Capitals and an ``m`` are wider than an ``i`` of the same size.
    """
    return math.sqrt(height * width / max(sum(map(width_of, text)), _NARROWEST))
