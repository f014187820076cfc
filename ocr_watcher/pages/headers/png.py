"""Read the header of a PNG (third edition of the specification) without decoding anything."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from ocr_watcher.pages.headers.header import Header
from ocr_watcher.pages.headers.view import AS_STORED, orientation_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIGNATURE_LENGTH = 8
_CHUNK_HEAD = struct.Struct(">I4s")
_CHECKSUM_LENGTH = 4
_LONGEST_EXIF = 2**16  # bytes, the most that fit in a JPEG
_IHDR = struct.Struct(">IIBB")

_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"
"""The chunk that ends every PNG, always these twelve bytes (section 11.2.5)."""

_MOST_CHUNKS = 10_000
"""Most chunks of a file that are read. A scan of 10 MB has a thousand; reading all chunks of a
hostile file would take long."""

_EIGHT_BITS = 8
_OPAQUE = frozenset({0, 2, 3})
"""Colour types without alpha: grey, colour and palette (section 11.2.1)."""


def read_header(data: bytes) -> Header | None:
    """Read the header of a PNG; None where it is broken.

    Transparency (``tRNS``) stands before the pixels, and EXIF may stand behind them (section 5.6).
    """
    first: bytes | None = None
    orientation, transparent, whole = AS_STORED, False, False
    for kind, body in _chunks(data):
        if kind == b"IHDR":
            first = body
        elif kind == b"eXIf" and len(body) <= _LONGEST_EXIF:
            orientation = orientation_of(body)
        transparent = transparent or kind == b"tRNS"
        whole = whole or kind == b"IEND"
    if first is None or len(first) < _IHDR.size:
        return None
    width, height, depth, colours = _IHDR.unpack_from(first)
    ordinary = depth <= _EIGHT_BITS and colours in _OPAQUE and not transparent
    return Header((width, height), ordinary, whole, orientation) if width and height else None


def has_end(data: bytes) -> bool:
    """Return whether a PNG has its end; data behind the end does no harm."""
    return data.rfind(_END) >= 0


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the complete chunks; the body is copied only for ``IHDR`` and ``eXIf``."""
    at = _SIGNATURE_LENGTH
    for _ in range(_MOST_CHUNKS):
        if at + _CHUNK_HEAD.size > len(data):
            return
        length, kind = _CHUNK_HEAD.unpack_from(data, at)
        start = at + _CHUNK_HEAD.size
        at = start + length + _CHECKSUM_LENGTH
        if at > len(data):
            return
        yield kind, data[start : start + length] if kind in {b"IHDR", b"eXIf"} else b""
        if kind == b"IEND":
            return
