"""The few sizes to which pictures are padded for a runtime that keeps memory for each size.

For each new size of a picture OpenVINO compiles and keeps 2 to 6 MB of code and tables. A network
for pictures of any size takes about 190 bytes of memory for each pixel, one for a fixed size 70;
but to compile it for a size takes 0.2 s, as long as a picture of 0.7 megapixels takes to be
searched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocr_watcher.pages.types import Size

_LARGE = 1_000_000
"""Number of pixels above which a picture is searched with a network for its fixed size: A4 at 100
dpi."""

_STEP = 128
"""The sides of a padded picture are multiples of this, in pixels."""

_LINE_STEP = 64
"""The width of a padded line is a multiple of this, in pixels: 8 columns. The padding is part of
what is read, as the recogniser may tell the last character a column behind its ink."""


def fixed_size(height: int, width: int) -> Size | None:
    """Return the fixed size of the network for a picture; None for the network for any size."""
    return padded_page(height, width) if height * width > _LARGE else None


def padded_page(height: int, width: int) -> Size:
    """Return the height and width to which a picture is padded, in pixels."""
    return _up(height, _STEP), _up(width, _STEP)


def padded_line(width: int) -> int:
    """Return the width to which a line is padded, in pixels."""
    return _up(width, _LINE_STEP)


def _up(number: int, step: int) -> int:
    return -(-number // step) * step
