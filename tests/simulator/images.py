"""What the simulator can tell of an image."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass

from PIL import Image

from tests.simulator.lines import Line, typed
from tests.simulator.sight import view

_MAGIC = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG", b"BM": "BMP"}
_UNREADABLE = (
    *(OSError, SyntaxError, ValueError),
    *(Image.DecompressionBombError, Image.DecompressionBombWarning),
)
_WINDOWS_BMP_HEADER = 40
_BMP_DEPTHS = {1, 4, 8, 24}


@dataclass(frozen=True, slots=True)
class Picture:
    """An image that can be read.

    Attributes:
        width: The width in pixels, as it is stored.
        height: The height in pixels, as it is stored.
        words: What is written on it, lines separated by newlines.
        lines: The same with their places, in pixels as stored.
        direction: The number of quarters by which the writing is turned counter-clockwise.
    """

    width: int
    height: int
    words: str
    lines: tuple[Line, ...]
    direction: int = 0


def digest(data: bytes) -> str:
    """The SHA-256 of an image, in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


class Examiner:
    """Looks at images; one that was seen before is not decoded again."""

    def __init__(self) -> None:
        self._known: dict[str, Picture | None] = {}

    def picture(self, data: bytes, sha256: str) -> Picture | None:
        """The picture, or None where the service could not read it."""
        if sha256 not in self._known:
            self._known[sha256] = _picture(data, sha256)
        return self._known[sha256]


def _picture(data: bytes, sha256: str) -> Picture | None:
    kind = next((kind for magic, kind in _MAGIC.items() if data.startswith(magic)), None)
    if kind is None:
        return None
    try:
        with Image.open(io.BytesIO(data), formats=[kind]) as image:
            return None if _is_odd(kind, data, image) else _read(image, sha256)
    except _UNREADABLE:
        return None


def _is_odd(kind: str, data: bytes, image: Image.Image) -> bool:
    """Whether it is of a kind that the documentation does not exclude, but scarcely means."""
    if kind == "JPEG":
        return image.mode not in {"L", "RGB"}
    if kind == "PNG":
        return data[24] == 16  # bits a channel (PNG specification, 11.2.1)
    header, depth, compression = (
        int.from_bytes(data[start:end], "little") for start, end in ((14, 18), (28, 30), (30, 34))
    )
    return header < _WINDOWS_BMP_HEADER or depth not in _BMP_DEPTHS or compression != 0


def _read(image: Image.Image, sha256: str) -> Picture:
    image.load()
    carried = image.info.get("words", image.info.get("comment"))
    if carried is None and (seen := view(image)):
        words = "\n".join(line.words for line in seen.lines)
        return Picture(*image.size, words, seen.lines, seen.direction)
    words = _words(carried, sha256)
    return Picture(*image.size, words, typed(words))


def _words(carried: str | bytes | None, sha256: str) -> str:
    if carried is None:
        return f"sha256:{sha256[:16]}"
    return carried.decode("utf-8", "replace") if isinstance(carried, bytes) else str(carried)
