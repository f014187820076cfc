"""Read the header of a Windows bitmap (Microsoft's BITMAPINFOHEADER) without decoding anything."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from ocr_watcher.pages.headers.header import Header
from ocr_watcher.pages.headers.resolution import METRES, credible

_CORE = struct.Struct("<I4xHHHH")
"""The layout from offset 10: the offset of the pixels, then OS/2's header of twelve bytes."""
_INFO = struct.Struct("<I4xiiHHIIii")
"""The same layout with the header of forty bytes and more."""
_LENGTH_AT = 14
_CORE_LENGTH = 12

_RAW, _BITFIELDS = 0, 3
_ORDINARY_DEPTHS = frozenset({1, 4, 8, 24})


@dataclass(frozen=True, slots=True)
class _Bitmap:
    width: int
    height: int
    depth: int
    compression: int
    end: int
    dots_per_metre: tuple[int, int]


def read_header(data: bytes) -> Header | None:
    """Read the header of a BMP; None if it is broken.

    With 32 bits, some decoders take the fourth byte for padding and others for transparency. Few
    decoders read 16 bits or runs of equal pixels. Decoders therefore do not all show such bitmaps
    alike, and they do not count as ordinary.
    """
    bitmap = _read(data)
    if bitmap is None or bitmap.width <= 0 or bitmap.height <= 0:
        return None
    ordinary = bitmap.compression == _RAW and bitmap.depth in _ORDINARY_DEPTHS
    size = bitmap.width, bitmap.height
    across, down = bitmap.dots_per_metre
    resolution = credible((across * METRES, down * METRES), size)
    return Header(size, ordinary, bitmap.end <= len(data), resolution=resolution)


def has_end(data: bytes) -> bool:
    """Return whether a BMP has all the bytes that its header promises; it has no end mark."""
    bitmap = _read(data)
    return bitmap is not None and bitmap.end <= len(data)


def _read(data: bytes) -> _Bitmap | None:
    try:
        (length,) = struct.unpack_from("<I", data, _LENGTH_AT)
        if length == _CORE_LENGTH:
            start, width, height, _, depth = _CORE.unpack_from(data, 10)
            compression = packed = across = down = 0
        else:
            fields = _INFO.unpack_from(data, 10)
            start, width, height, _, depth, compression, packed, across, down = fields
    except struct.error:
        return None
    rows = abs(height)  # a negative height means that the top row comes first in the file
    row = (width * depth + 31) // 32 * 4
    content = rows * row if compression in {_RAW, _BITFIELDS} else packed
    return _Bitmap(width, rows, depth, compression, start + content, (across, down))
