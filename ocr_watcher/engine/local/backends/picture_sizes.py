"""The few sizes to which pictures are padded for a runtime that keeps memory for each size.

For each new size of a picture OpenVINO compiles and keeps 2 to 6 MB of code and tables. A network
for pictures of any size takes about 190 bytes of memory for each pixel. A network for a fixed size
takes 70 bytes, but it takes 0.2 s to compile it, as long as to search a picture of 0.7 megapixels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocr_watcher.pages.types import Size

_LARGE = 1_000_000
"""The number of pixels above which a picture is searched with a network for its fixed size: about
that of A4 at 100 dpi."""

_STEP = 128
"""The number of pixels that divides both sides of a padded picture."""

_LINE_STEP = 64
"""The number of pixels that divides the width of a padded line: 8 columns. The padding is read too,
as the recogniser may find the last character one column after its ink."""


def fixed_size(height: int, width: int) -> Size | None:
    """Return the fixed size of the network for a picture; None if it is the one for any size."""
    return padded_page(height, width) if height * width > _LARGE else None


def padded_page(height: int, width: int) -> Size:
    """Return the height and width to which a picture is padded, in pixels."""
    return _up(height, _STEP), _up(width, _STEP)


def padded_line(width: int) -> int:
    """Return the width to which a line is padded, in pixels."""
    return _up(width, _LINE_STEP)


def _up(number: int, step: int) -> int:
    return -(-number // step) * step
