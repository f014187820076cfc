"""The pages of a TIFF whose colours lie in planes of more than eight bits.

Pillow does not read such pages. Each plane therefore goes to Pillow as a file of its own in grey,
which it reads in any compression.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING

from PIL import Image

from ocr_watcher.pages.decoding.bounds import check_memory
from ocr_watcher.pages.decoding.decode_errors import damaged
from ocr_watcher.pages.decoding.still import StillPage
from ocr_watcher.pages.file_type import FileType
from ocr_watcher.pages.types import Raster

if TYPE_CHECKING:
    from ocr_watcher.pages.decoding.pixels import Levels
    from ocr_watcher.pages.headers.ifd import Directories, Directory
    from ocr_watcher.pages.headers.view import View
    from ocr_watcher.pages.types import Resolution, Size
    from ocr_watcher.values.page import PdfText

# Tags and values of TIFF 6.0 (section 8; tiles: section 15; the predictor: section 14).
_BITS, _PHOTOMETRIC, _SAMPLES, _PLANAR = 258, 262, 277, 284
_SEPARATE, _BYTE = 2, 8
_STRIPS, _TILES = (273, 279), (324, 325)
_KEPT = (256, 257, 259, 266, 278, 317, 322, 323)
"""The tags that each plane has from its page: size, compression, bit order and layout of parts."""
_BLACK_IS_ZERO = 1
_LONG = 4

_MODES = {0: "L", 1: "L", 2: "RGB", 5: "CMYK"}
"""Pillow's modes for each kind of colour; planes beyond those of its mode are transparency."""

_COPIES = 3
"""The bytes per pixel and plane: one for the plane, one for the joined planes, one for the
result."""


@dataclass(frozen=True, slots=True)
class PlanarPage:
    """A page of a TIFF that consists of planes.

    Attributes:
        file: The whole file.
        directory: The directory of the page.
        view: The way in which a viewer shows its pixels.
        levels: The meaning of its samples.
        lossless: Whether decoding loses nothing.
        number: The number of the page in the file, from 1.
        total: The number of pages in the file.
        resolution: The resolution of its pixels, if the file has a credible one.
    """

    file: Directories = field(repr=False)
    directory: Directory = field(repr=False)
    view: View
    levels: Levels
    lossless: bool
    number: int
    total: int = 1
    resolution: Resolution | None = None

    @property
    def stored(self) -> Size:
        """The size as the file stores it."""
        return self.view.stored

    @property
    def upright(self) -> Size:
        """The size as a viewer shows it."""
        return self.view.upright

    def decode(self, near: Size) -> Raster:
        """Decode the page as `SourcePage` does, one plane after the other.

        Raises:
            ImageError: ``damaged``, ``unsupported-format`` or ``too-many-pixels``.
            TransientError: There is not enough memory now.
        """
        mode = _MODES[self.file.integer(self.directory, _PHOTOMETRIC, 0)]
        planes = Image.getmodebands(mode)
        check_memory(self.view.grid, _COPIES * planes * self.view.grid[0] * self.view.grid[1])
        rasters = [self._plane(index).decode(near) for index in range(planes)]
        image = Image.merge(mode, [raster.image for raster in rasters])
        flat = image.convert("RGB") if mode == "CMYK" else image
        return Raster(flat, rasters[0].to_stored, self.lossless)

    def own_lines(self, wanted: PdfText) -> None:
        """Return None: a picture has no text of its own."""

    def _plane(self, index: int) -> StillPage:
        data = _plane_file(self.file, self.directory, index)
        return StillPage(data, FileType.TIFF, self.view, self.lossless, levels=self.levels)


def is_of_planes(file: Directories, directory: Directory) -> bool:
    """Return whether a page must be decoded as a `PlanarPage`."""
    return (
        file.integer(directory, _PLANAR, 1) == _SEPARATE
        and file.integer(directory, _BITS, 1) > _BYTE
        and file.integer(directory, _PHOTOMETRIC, 0) in _MODES
    )


def _plane_file(file: Directories, directory: Directory, index: int) -> bytes:
    """Return a plane as a file of its own."""
    places = _TILES if _TILES[0] in directory.tags else _STRIPS
    parts = _parts(file, directory, places, index)
    tags = {
        **{tag: (file.integer(directory, tag, 0),) for tag in _KEPT if tag in directory.tags},
        _BITS: (file.integer(directory, _BITS, 1),),
        _PHOTOMETRIC: (_BLACK_IS_ZERO,),
        _SAMPLES: (1,),
        places[0]: tuple(accumulate(map(len, parts[:-1]), initial=0)),
        places[1]: tuple(map(len, parts)),
    }
    return _written(file.order, tags, places[0], b"".join(parts))


def _parts(
    file: Directories, directory: Directory, places: tuple[int, int], index: int
) -> list[bytes]:
    """Return the strips, or tiles, of a plane; the file lists those of the first plane first.

    Raises:
        ImageError: ``damaged``: the planes have different numbers of parts, or the parts together
            are larger than the file, which is possible if they overlap.
    """
    starts, lengths = (file.integers(directory, tag) for tag in places)
    number, odd = divmod(len(starts), max(1, file.integer(directory, _SAMPLES, 1)))
    own = slice(index * number, (index + 1) * number)
    extents = list(zip(starts[own], lengths[own], strict=False))
    if odd or not number or len(extents) != number or sum(lengths[own]) > len(file.data):
        raise damaged("its planes are not whole")
    return [file.data[start : start + length] for start, length in extents]


def _written(order: str, tags: dict[int, tuple[int, ...]], starts: int, pixels: bytes) -> bytes:
    """Write a TIFF of one page.

    Args:
        order: The byte order of its numbers, ``<`` or ``>``.
        tags: The values of each tag; those of the tag ``starts`` are offsets in ``pixels``.
        starts: The tag with the offsets of the pixels.
        pixels: The pixels.
    """
    lists_at = 8 + 2 + 12 * len(tags) + 4
    pixels_at = lists_at + sum(4 * len(values) for values in tags.values() if len(values) > 1)
    entries, lists = b"", b""
    for tag, values in sorted(tags.items()):
        shift = pixels_at if tag == starts else 0
        packed = struct.pack(f"{order}{len(values)}I", *(value + shift for value in values))
        if len(values) > 1:
            lists, packed = lists + packed, struct.pack(f"{order}I", lists_at + len(lists))
        entries += struct.pack(f"{order}HHI", tag, _LONG, len(values)) + packed
    mark = b"II" if order == "<" else b"MM"
    head = mark + struct.pack(f"{order}HIH", 42, 8, len(tags)) + entries
    return head + bytes(4) + lists + pixels
