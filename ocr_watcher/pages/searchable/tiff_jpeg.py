"""Take a JPEG out of a TIFF that holds one (Adobe Photoshop TIFF Technical Note 2)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from ocr_watcher.pages.decoding.overlay import Overlay
from ocr_watcher.pages.headers import jpeg
from ocr_watcher.pages.headers.ifd import Directories

if TYPE_CHECKING:
    from ocr_watcher.pages.decoding.still import StillPage
    from ocr_watcher.pages.headers.ifd import Directory

_COMPRESSION, _PHOTOMETRIC, _OFFSETS, _LENGTHS, _TABLES = 259, 262, 273, 279, 347
_JPEG = 7

_START, _END = b"\xff\xd8", b"\xff\xd9"
_KINDS = {1: b"", 2: b"\xff\xee\x00\x0eAdobe\x00\x64" + bytes(5), 6: b""}
"""The marker that a JPEG needs for each kind of colour: grey; red, green and blue, which readers
would take for the next without the marker (ITU-T T.872, 6.5.3); brightness and colours."""


def jpeg_of(page: StillPage) -> bytes | None:
    """Return the only strip of a page of a TIFF as a JPEG; None if it is no such page.

    The coded pixels stay as they are; the tables that the file keeps apart are put before them.
    """
    try:
        file = Directories.of(page.data)
        directory = file.at(_offset(page, file))
        if file.integer(directory, _COMPRESSION, 0) != _JPEG:
            return None
        whole = _joined(file, directory)
    except struct.error:
        return None
    header = jpeg.read_header(whole) if whole else None
    return whole if header and header.size == page.view.grid else None


def _offset(page: StillPage, file: Directories) -> int:
    stream = Overlay(page.data, page.changes)
    stream.seek(file.first_at)
    word = f"{file.order}{file.word}"
    offset: int = struct.unpack(word, stream.read(struct.calcsize(word)))[0]
    return offset


def _joined(file: Directories, directory: Directory) -> bytes | None:
    kind = _KINDS.get(file.integer(directory, _PHOTOMETRIC, 0))
    offsets, lengths = (file.integers(directory, tag) for tag in (_OFFSETS, _LENGTHS))
    if kind is None or len(offsets) != 1 or len(lengths) != 1:
        return None
    strip = file.data[offsets[0] : offsets[0] + lengths[0]]
    tables = bytes(file.integers(directory, _TABLES)).removeprefix(_START).removesuffix(_END)
    return _START + kind + tables + strip[len(_START) :] if strip.startswith(_START) else None
