"""The pages of a TIFF file.

The directories are read here. The number of pages is thus known before the first page is decoded
and paid for, and also whether all of them lie within the file.
"""

from __future__ import annotations

import struct
from dataclasses import replace
from typing import TYPE_CHECKING

from ocr_watcher.pages.decoding.bounds import check_pages
from ocr_watcher.pages.decoding.decode_errors import cut_off, damaged
from ocr_watcher.pages.decoding.overlay import Change
from ocr_watcher.pages.decoding.pixels import Levels
from ocr_watcher.pages.decoding.planes import PlanarPage, is_of_planes
from ocr_watcher.pages.decoding.still import StillPage
from ocr_watcher.pages.file_type import FileType
from ocr_watcher.pages.headers.ifd import Directories
from ocr_watcher.pages.headers.resolution import resolution_of_tags
from ocr_watcher.pages.headers.view import AS_STORED, ORIENTATION, View, checked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr_watcher.pages.headers.ifd import Directory

TiffPage = StillPage | PlanarPage

_NEW_SUBFILE_TYPE, _SUBFILE_TYPE = 254, 255
_PREVIEW, _MASK, _OLD_PREVIEW = 1, 4, 2
_WIDTH, _LENGTH = 256, 257
_BITS = 258
_COMPRESSION = 259
_PHOTOMETRIC, _WHITE_IS_ZERO = 262, 0
_LOSSY = frozenset({6, 7, 34712, 50001})
"""The lossy compressions: JPEG, old and new, JPEG 2000 and WebP."""
_EXTENTS = ((273, 279), (324, 325))
"""The tags with the offsets and the lengths of strips, or of tiles."""
_NEEDED = (_BITS, 320, 347)
"""Other tags that the decoder needs: the bits of a sample, the palette, JPEG's tables."""
_X_RESOLUTION, _Y_RESOLUTION = 282, 283

_LEAST_STRETCH, _MOST_STRETCH = 1.2, 5.0
"""The bounds of the ratio of the two resolutions. Faxes have about two and four. A smaller ratio
comes from inexact measurement, and a larger one is invalid."""


def tiff_pages(data: bytes) -> Iterator[TiffPage]:
    """Open a TIFF file and yield its pages.

    Yields:
        The pages without previews and masks; the first preview or mask, if there is nothing else.

    Raises:
        ImageError: ``cut-off``, ``damaged`` or ``too-many-pages``, before the first page.
    """
    try:
        pages = _pages(Directories.of(data))
    except struct.error:
        raise cut_off() from None
    return (replace(page, total=len(pages)) for page in pages)


def _pages(file: Directories) -> list[TiffPage]:
    pages: list[TiffPage] = []
    aside: list[TiffPage] = []
    for offset, directory in _chain(file):
        if _is_page(file, directory):
            pages.append(_page(file, offset, directory, len(pages) + 1))
            check_pages(len(pages))
        elif not aside:
            aside.append(_page(file, offset, directory, 1))
    if not (pages or aside):
        raise damaged("it has no page")
    return pages or aside


def _chain(file: Directories) -> Iterator[tuple[int, Directory]]:
    seen: set[int] = set()
    offset = file.first
    while offset:
        if offset in seen:
            raise damaged("its last page leads back to an earlier one")
        seen.add(offset)
        directory = file.at(offset)
        yield offset, directory
        offset = directory.following


def _is_page(file: Directories, directory: Directory) -> bool:
    kind = file.integer(directory, _NEW_SUBFILE_TYPE, 0)
    return not kind & (_PREVIEW | _MASK) and (
        file.integer(directory, _SUBFILE_TYPE, 0) != _OLD_PREVIEW
    )


def _page(file: Directories, offset: int, directory: Directory, number: int) -> TiffPage:
    size = (file.integer(directory, _WIDTH, 0), file.integer(directory, _LENGTH, 0))
    if not (size[0] and size[1]):
        raise damaged("a page has no size")
    if not _lies_within(file, directory):
        raise cut_off()
    orientation = checked(file.integer(directory, ORIENTATION, AS_STORED))
    lossless = file.integer(directory, _COMPRESSION, 1) not in _LOSSY
    view = View(size, orientation, _stretch(file, directory))
    levels = _levels(file, directory)
    resolution = resolution_of_tags(file, directory, size)
    if is_of_planes(file, directory):
        return PlanarPage(file, directory, view, levels, lossless, number, resolution=resolution)
    changes = _changes(file, offset, directory)
    page = StillPage(file.data, FileType.TIFF, view, lossless, number, changes, levels)
    return replace(page, resolution=resolution)


def _lies_within(file: Directories, directory: Directory) -> bool:
    """Return whether all pixels of a page lie within the file.

    Raises:
        struct.error: A list of values lies outside of the file.
    """
    for starts, lengths in _EXTENTS:
        extents = zip(
            file.integers(directory, starts), file.integers(directory, lengths), strict=False
        )
        if any(start + length > len(file.data) for start, length in extents):
            return False
    for tag in _NEEDED:
        file.integers(directory, tag)
    return True


def _levels(file: Directories, directory: Directory) -> Levels:
    white_is_zero = file.integer(directory, _PHOTOMETRIC, _WHITE_IS_ZERO) == _WHITE_IS_ZERO
    return Levels(file.integer(directory, _BITS, 1), white_is_zero)


def _stretch(file: Directories, directory: Directory) -> tuple[float, float]:
    """Return the factors across and down that make the pixels of a page square."""
    across, down = file.ratio(directory, _X_RESOLUTION), file.ratio(directory, _Y_RESOLUTION)
    if not (across and down):
        return 1.0, 1.0
    if _LEAST_STRETCH <= across / down <= _MOST_STRETCH:
        return 1.0, across / down
    if _LEAST_STRETCH <= down / across <= _MOST_STRETCH:
        return down / across, 1.0
    return 1.0, 1.0


def _changes(file: Directories, offset: int, directory: Directory) -> tuple[Change, ...]:
    """Return the changes that make a page the first of its file, and upright, for the decoder.

    If the decoder skipped all earlier pages, each page would cost more than the last one. The
    orientation is removed because Pillow turns a TIFF, unlike other formats, by itself: as a whole
    in memory, before it is reduced.
    """
    changes = [Change(file.first_at, struct.pack(file.order + file.word, offset))]
    if turned := directory.tags.get(ORIENTATION):
        upright = struct.pack(f"{file.order}HH", AS_STORED, AS_STORED)
        changes.append(Change(file.value_at(turned), upright))
    return tuple(changes)
