"""Put the boxes of a file around a codestream of JPEG 2000.

A PDF holds JPEG 2000 as a file (ISO 32000-1, 7.4.9); the codestream in it stays as it is.
"""

from __future__ import annotations

import struct

_CODESTREAM = b"\xff\x4f\xff\x51"
"""The markers SOC and SIZ, with which each codestream begins (ITU-T T.800, annex A)."""
_SIZE = struct.Struct(">HHIIIIIIIIHB")
_SIGNATURE = b"jP  ", b"\r\n\x87\n"
_TYPE = b"ftyp", b"jp2 \x00\x00\x00\x00jp2 "

_SPACES = {1: 17, 3: 16}
"""The enumerated colour space (I.5.3.3) for each number of components: grey, and sRGB."""
_WAVELETS = 7


def boxed(data: bytes) -> bytes:
    """Return a file of JPEG 2000 with its boxes (T.800, annex I).

    Args:
        data: A file, which is returned as it is, or a codestream.
    """
    if not data.startswith(_CODESTREAM):
        return data
    _, _, right, bottom, left, top, *_, components, depth = _SIZE.unpack_from(data, 4)
    if components not in _SPACES:
        return data
    size = struct.pack(">IIHBBBB", bottom - top, right - left, components, depth, _WAVELETS, 0, 0)
    colour = struct.pack(">BBBI", 1, 0, 0, _SPACES[components])
    header = _box(b"ihdr", size) + _box(b"colr", colour)
    return _box(*_SIGNATURE) + _box(*_TYPE) + _box(b"jp2h", header) + _box(b"jp2c", data)


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content
