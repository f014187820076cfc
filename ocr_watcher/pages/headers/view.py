"""The way in which a viewer shows the pixels of a file: turned, mirrored, and made square."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from ocr_watcher.pages.headers.ifd import Directories
from ocr_watcher.values.geometry import Transform

if TYPE_CHECKING:
    from ocr_watcher.pages.types import Size

ORIENTATION = 0x0112
"""The tag of TIFF 6.0 (section 8) and EXIF (4.6.4) with the orientation of a picture."""

AS_STORED = 1
_TURNED = range(2, 9)
_FIRST_ON_ITS_SIDE = 5

EXIF_MARK = b"Exif\x00\x00"
"""The mark before the EXIF block of a JPEG, and sometimes of other formats."""

_Number = TypeVar("_Number", int, float)


@dataclass(frozen=True, slots=True)
class View:
    """The way in which a viewer shows the grid of pixels that a decoder gives.

    Attributes:
        grid: The size of the grid.
        orientation: The value of the tag of that name, from 1 to 8.
        stretch: The factors across and down that make its pixels square; those of a fax are higher
            than wide.
        turned_by_file: Whether turning is part of the format itself, as with AVIF, so that the
            stored page is the upright one.
    """

    grid: Size
    orientation: int = AS_STORED
    stretch: tuple[float, float] = (1.0, 1.0)
    turned_by_file: bool = False

    @property
    def squared(self) -> Size:
        """The size with square pixels, before the picture is turned."""
        return round(self.grid[0] * self.stretch[0]), round(self.grid[1] * self.stretch[1])

    @property
    def upright(self) -> Size:
        """The size as a viewer shows it."""
        return self.turned(self.squared)

    @property
    def stored(self) -> Size:
        """The size of the stored page; locations are given in its pixels."""
        return self.upright if self.turned_by_file else self.grid

    def turned(self, pair: tuple[_Number, _Number]) -> tuple[_Number, _Number]:
        """Return the values across and down, swapped where the picture lies on its side."""
        across, down = pair
        return (down, across) if self.orientation >= _FIRST_ON_ITS_SIDE else pair

    def to_stored(self, size: Size, scale: tuple[float, float]) -> Transform:
        """Return the transform from the pixels of the turned picture to those of the stored page.

        Args:
            size: The size of the picture before it was turned.
            scale: The width and height of one of its pixels, in pixels of the grid.
        """
        if self.turned_by_file:
            return Transform.scaling(*self.turned(scale))
        return Transform.scaling(*scale).after(_back(size, self.orientation))


def orientation_of(exif: bytes) -> int:
    """Return the orientation in an EXIF block; that of stored pixels where the block is broken.

    Args:
        exif: The block, with or without `EXIF_MARK` before it.
    """
    try:
        directories = Directories.of(exif.removeprefix(EXIF_MARK))
        first = directories.at(directories.first)
        return checked(directories.integer(first, ORIENTATION, AS_STORED))
    except struct.error:
        return AS_STORED


def checked(orientation: int) -> int:
    """Return a valid orientation: the number itself, or that of stored pixels if it is invalid."""
    return orientation if orientation in _TURNED else AS_STORED


def _back(size: Size, orientation: int) -> Transform:
    """Return the transform from a turned picture to the one before, whose size is ``size``."""
    width, height = size
    return {
        1: Transform(),
        2: Transform(xx=-1, x0=width),
        3: Transform(xx=-1, x0=width, yy=-1, y0=height),
        4: Transform(yy=-1, y0=height),
        5: Transform(xx=0, xy=1, yx=1, yy=0),
        6: Transform(xx=0, xy=1, yx=-1, yy=0, y0=height),
        7: Transform(xx=0, xy=-1, x0=width, yx=-1, yy=0, y0=height),
        8: Transform(xx=0, xy=-1, x0=width, yx=1, yy=0),
    }[orientation]
