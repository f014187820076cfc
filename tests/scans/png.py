"""PNG as Pillow does not write it: 16 bits in each of three channels, and interlaced.

After the specification, https://www.w3.org/TR/png-3/: every row is filtered with type 0, none.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from PIL import Image

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOUR_TYPES = {"L": 0, "RGB": 2}
_WHOLE = ((0, 0, 1, 1),)
_ADAM7 = (
    *((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)),
    *((0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)),
)
"""First column, first row, columns from one to the next, and rows, of each pass."""


def png(image: Image.Image, *, bits: int = 8, interlaced: bool = False) -> bytes:
    """Encodes a grey or RGB picture.

    Args:
        image: The picture.
        bits: The bits of each channel, 8 or 16.
        interlaced: Whether its pixels come in the seven passes of Adam7.
    """
    pixels = np.asarray(image)
    if bits == 16:
        pixels = (pixels.astype(np.uint16) * 257).astype(">u2")
    passes = _ADAM7 if interlaced else _WHOLE
    rows = b"".join(
        b"\0" + row.tobytes()
        for left, top, across, down in passes
        for row in pixels[top::down, left::across]
    )
    colour_type = _COLOUR_TYPES[image.mode]
    head = struct.pack(">IIBBBBB", *image.size, bits, colour_type, 0, 0, int(interlaced))
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(name, content) for name, content in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)
