"""The resolution of a page, from its file."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from ocr_watcher.pages.headers.ifd import Directories
from ocr_watcher.pages.headers.view import EXIF_MARK

if TYPE_CHECKING:
    from ocr_watcher.pages.headers.ifd import Directory
    from ocr_watcher.pages.types import Resolution, Size

_X_RESOLUTION, _Y_RESOLUTION, _UNIT = 282, 283, 296
_INCH, _CENTIMETRE = 2, 3
"""The tags and units of TIFF 6.0 (section 8) and EXIF (4.6.4)."""

CENTIMETRES = 2.54
METRES = 0.0254
"""The factors from dots per centimetre, and per metre, to dots per inch."""

_LEAST, _MOST = 30.0, 4800.0
"""The credible bounds of dots per inch: those of a photographed poster, and of a scanner for
film."""

_MOST_STRETCH = 5.0
"""The largest ratio of the two resolutions; that of a coarse fax is two or four."""

_DEFAULTS = (72.0, 96.0)
_LONGEST_BY_DEFAULT = 24.0
"""The values that programs and cameras often write if they know no resolution: 72, which EXIF
requires (4.6.4), or 96. If a page would then be longer than so many inches, the value is not
credible."""


def credible(resolution: Resolution, size: Size) -> Resolution | None:
    """Return a resolution if it is credible for a page of a size in pixels.

    Args:
        resolution: Dots per inch across and down.
        size: The size of the page in pixels.
    """
    least, most = min(resolution), max(resolution)
    if not _LEAST <= least <= most <= min(_MOST, _MOST_STRETCH * least):
        return None
    is_default = round(least) in _DEFAULTS and round(most) in _DEFAULTS
    longest = max(side / dots for side, dots in zip(size, resolution, strict=True))
    return None if is_default and longest > _LONGEST_BY_DEFAULT else resolution


def resolution_of_tags(file: Directories, directory: Directory, size: Size) -> Resolution | None:
    """Return the resolution in a directory of a TIFF or an EXIF block; None if it has none.

    Raises:
        struct.error: A value lies outside of the file.
    """
    unit = file.integer(directory, _UNIT, _INCH)
    factor = {_INCH: 1.0, _CENTIMETRE: CENTIMETRES}.get(unit, 0.0)
    across, down = (file.ratio(directory, tag) for tag in (_X_RESOLUTION, _Y_RESOLUTION))
    return credible((across * factor, down * factor), size)


def resolution_of_exif(exif: bytes, size: Size) -> Resolution | None:
    """Return the resolution in an EXIF block; None if it has none, or is invalid.

    Args:
        exif: The block, with or without `EXIF_MARK` before it.
        size: The size of the page in pixels.
    """
    try:
        directories = Directories.of(exif.removeprefix(EXIF_MARK))
        return resolution_of_tags(directories, directories.at(directories.first), size)
    except struct.error:
        return None
