"""Read the header of a JPEG (ITU-T T.81, annex B) without decoding anything."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ocr_watcher.pages.headers.header import Header
from ocr_watcher.pages.headers.resolution import CENTIMETRES, credible, resolution_of_exif
from ocr_watcher.pages.headers.view import EXIF_MARK, orientation_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr_watcher.pages.types import Resolution, Size

_MARKER = re.compile(rb"\xff([^\x00\x01\xd0-\xd8\xff])")
"""A marker with a length behind it; TEM, RST, SOI, fill bytes and other bytes do not match."""

_MOST_SEGMENTS = 10_000
"""The most segments of a header that are read. A thousand are many; reading all segments of a
hostile file would take minutes."""

_START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_COMMON_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
"""The frames that every decoder reads: baseline, extended and progressive with Huffman coding."""
_START_OF_SCAN = 0xDA
_APP0, _APP1 = 0xE0, 0xE1

_JFIF = struct.Struct(">5s2xBHH")
"""The mark of JFIF's segment, its version, the unit, and the densities (ITU-T T.871, 10.1)."""
_UNITS = {1: 1.0, 2: CENTIMETRES}

_END = b"\xff\xd9"
"""The marker EOI, which no entropy-coded data contains (B.1.1.3 and B.1.1.5)."""

_EIGHT_BITS = 8
_GREY, _COLOUR = 1, 3


@dataclass(frozen=True, slots=True)
class _Segment:
    marker: int
    offset: int
    body: bytes


def read_header(data: bytes) -> Header | None:
    """Read the header of a JPEG; None if it is broken."""
    frame: _Segment | None = None
    jfif = exif = b""
    for segment in _segments(data):
        if segment.marker in _START_OF_FRAME:
            frame = segment
        elif segment.marker == _APP0 and segment.body.startswith(b"JFIF\x00"):
            jfif = segment.body
        elif segment.marker == _APP1 and segment.body.startswith(EXIF_MARK):
            exif = segment.body
        elif segment.marker == _START_OF_SCAN and frame:
            header = _header(frame, whole=data.rfind(_END, segment.offset) >= 0)
            return header and _with_tags(header, jfif, exif)
    return None


def has_common_coding(data: bytes) -> bool:
    """Return whether every decoder reads the coding of a JPEG, of whatever colours."""
    frames = (segment for segment in _segments(data) if segment.marker in _START_OF_FRAME)
    frame = next(frames, None)
    return (
        frame is not None
        and frame.marker in _COMMON_FRAMES
        and frame.body[:1] == bytes([_EIGHT_BITS])
    )


def has_end(data: bytes) -> bool:
    """Return whether a JPEG has its end.

    A preview within the header has an end too, so only an end behind the header counts. Scanners
    and telephones may append other data; it does no harm.
    """
    after = 0
    for segment in _segments(data):
        after = segment.offset + len(segment.body)
    return data.rfind(_END, after) >= 0


def _segments(data: bytes) -> Iterator[_Segment]:
    """Yield the segments up to the first scan, skipping fill bytes and junk before markers."""
    after = 2
    for _ in range(_MOST_SEGMENTS):
        found = _MARKER.search(data, after)
        if found is None or found.end() + 2 > len(data):
            return
        marker, start = found[1][0], found.end()
        length = max(2, int.from_bytes(data[start : start + 2]))
        after = start + length
        yield _Segment(marker, found.start(), data[start + 2 : after])
        if marker == _START_OF_SCAN:
            return


def _header(frame: _Segment, *, whole: bool) -> Header | None:
    body = frame.body
    height, width = int.from_bytes(body[1:3]), int.from_bytes(body[3:5])
    if not (width and height and len(body) > 5):  # noqa: PLR2004  where the components are counted
        return None
    ordinary = (
        frame.marker in _COMMON_FRAMES and body[0] == _EIGHT_BITS and body[5] in {_GREY, _COLOUR}
    )
    return Header((width, height), ordinary, whole)


def _with_tags(header: Header, jfif: bytes, exif: bytes) -> Header:
    """Return a header with the facts of JFIF and EXIF, with the first credible resolution."""
    resolution = _density(jfif, header.size) or resolution_of_exif(exif, header.size)
    return replace(header, orientation=orientation_of(exif), resolution=resolution)


def _density(jfif: bytes, size: Size) -> Resolution | None:
    if len(jfif) < _JFIF.size:
        return None
    _, unit, across, down = _JFIF.unpack_from(jfif)
    factor = _UNITS.get(unit, 0.0)
    return credible((across * factor, down * factor), size)
