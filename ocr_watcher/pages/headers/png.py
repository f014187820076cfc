"""Read the header of a PNG (third edition of the specification) without decoding anything."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from ocr_watcher.pages.headers.header import Header
from ocr_watcher.pages.headers.resolution import METRES, credible, resolution_of_exif
from ocr_watcher.pages.headers.view import orientation_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr_watcher.pages.types import Resolution, Size

_SIGNATURE_LENGTH = 8
_CHUNK_HEAD = struct.Struct(">I4s")
_CHECKSUM_LENGTH = 4
_LONGEST_EXIF = 2**16  # bytes, the most that fit in a JPEG
_IHDR = struct.Struct(">IIBB")
_PHYS = struct.Struct(">IIB")
"""The dots per unit across and down, and the unit: 1 for the metre (section 11.3.4.3)."""
_METRE = 1
_READ = frozenset({b"IHDR", b"eXIf", b"pHYs"})

_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"
"""The chunk that ends every PNG, always these twelve bytes (section 11.2.5)."""

_MOST_CHUNKS = 10_000
"""The most chunks of a file that are read. A scan of 10 MB has a thousand; reading all chunks of a
hostile file would take long."""

_EIGHT_BITS = 8
_OPAQUE = frozenset({0, 2, 3})
"""Colour types without alpha: grey, colour and palette (section 11.2.1)."""


def read_header(data: bytes) -> Header | None:
    """Read the header of a PNG; None if it is broken.

    Transparency (``tRNS``) stands before the pixels, and EXIF may stand behind them (section 5.6).
    """
    first: bytes | None = None
    exif = dots = b""
    transparent, whole = False, False
    for kind, body in _chunks(data):
        if kind == b"IHDR":
            first = body
        elif kind == b"eXIf" and len(body) <= _LONGEST_EXIF:
            exif = body
        elif kind == b"pHYs":
            dots = body
        transparent = transparent or kind == b"tRNS"
        whole = whole or kind == b"IEND"
    if first is None or len(first) < _IHDR.size:
        return None
    width, height, depth, colours = _IHDR.unpack_from(first)
    if not (width and height):
        return None
    ordinary = depth <= _EIGHT_BITS and colours in _OPAQUE and not transparent
    resolution = _density(dots, (width, height)) or resolution_of_exif(exif, (width, height))
    return Header((width, height), ordinary, whole, orientation_of(exif), resolution)


def _density(dots: bytes, size: Size) -> Resolution | None:
    if len(dots) < _PHYS.size:
        return None
    across, down, unit = _PHYS.unpack_from(dots)
    return credible((across * METRES, down * METRES), size) if unit == _METRE else None


def has_end(data: bytes) -> bool:
    """Return whether a PNG has its end; data after the end does no harm."""
    return data.rfind(_END) >= 0


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the complete chunks; the body is copied only of those that are read."""
    at = _SIGNATURE_LENGTH
    for _ in range(_MOST_CHUNKS):
        if at + _CHUNK_HEAD.size > len(data):
            return
        length, kind = _CHUNK_HEAD.unpack_from(data, at)
        start = at + _CHUNK_HEAD.size
        at = start + length + _CHECKSUM_LENGTH
        if at > len(data):
            return
        yield kind, data[start : start + length] if kind in _READ else b""
        if kind == b"IEND":
            return
