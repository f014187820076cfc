"""Small real pictures that carry the words the simulator reads on them."""

from __future__ import annotations

import io
import random

from PIL import Image
from PIL.PngImagePlugin import PngInfo

_COMMENT, _PADDING = b"\xff\xfe", b"\xff\xef"
_LARGEST_SEGMENT = 65533


def png(words: str | None, size: tuple[int, int] = (200, 60)) -> bytes:
    """A white PNG; with None it carries no words, with "" it has no text on it."""
    carried = PngInfo()
    if words is not None:
        carried.add_itxt("words", words)
    stream = io.BytesIO()
    Image.new("L", size, 255).save(stream, "PNG", pnginfo=carried)
    return stream.getvalue()


def jpeg(words: str | None, size: tuple[int, int] = (200, 60), *, bytes_at_least: int = 0) -> bytes:
    """A white JPEG, as large a file as wanted; its padding is incompressible, as scans are."""
    stream = io.BytesIO()
    Image.new("L", size, 255).save(stream, "JPEG")
    start, rest = stream.getvalue()[:2], stream.getvalue()[2:]
    comment = b"" if words is None else _segment(_COMMENT, words.encode())
    missing = bytes_at_least - len(start) - len(comment) - len(rest)
    return start + comment + _padding(missing) + rest


def _padding(size: int) -> bytes:
    noise = random.Random(size)
    segments = []
    while size > 0:
        segments.append(_segment(_PADDING, noise.randbytes(min(size, _LARGEST_SEGMENT))))
        size -= len(segments[-1])
    return b"".join(segments)


def _segment(marker: bytes, content: bytes) -> bytes:
    return marker + (len(content) + 2).to_bytes(2, "big") + content
