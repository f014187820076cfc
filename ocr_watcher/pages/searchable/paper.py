"""Find the size of the paper that a picture shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocr_watcher.pages.types import Size

_POINTS_PER_INCH = 72

_LEAST, _MOST = 3.0, 14_400.0
"""The least and the greatest side of a page, in points (ISO 32000-1, annex C)."""

_A4 = (595.276, 841.89)
_STRIP = 2.5
"""The least ratio of the sides of a page that is taken for a strip, such as a till receipt."""
_STRIP_WIDTH = 80 / 25.4 * _POINTS_PER_INCH
"""The width of the usual roll of a till, in points."""


def paper_of(
    size: Size, resolution: tuple[float, float] | None, squared: Size
) -> tuple[float, float]:
    """Return the width and height of a page in points.

    Where the resolution is not known, the page is as large as fits on A4, upright or on its side;
    a strip is as wide as the roll of a till.

    Args:
        size: The size of the picture as the file stores it.
        resolution: The dots per inch across and down; None if they are not known.
        squared: The size with square pixels; the pixels of a fax are higher than wide.
    """
    if resolution is not None:
        sides = _scaled(size, _POINTS_PER_INCH / resolution[0], _POINTS_PER_INCH / resolution[1])
        if min(sides) >= _LEAST and max(sides) <= _MOST:
            return sides
    scale = _guess(squared)
    width, height = _scaled(squared, scale, scale)
    return max(width, _LEAST), max(height, _LEAST)


def _guess(size: Size) -> float:
    """Return the points per pixel of a page of unknown resolution."""
    short, long = sorted(size)
    if long > _STRIP * short:
        return min(_STRIP_WIDTH / short, _MOST / long)
    return min(_A4[0] / short, _A4[1] / long)


def _scaled(size: Size, across: float, down: float) -> tuple[float, float]:
    return size[0] * across, size[1] * down
