"""What the simulator can tell of an image."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass

from PIL import Image

_MAGIC = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG", b"BM": "BMP"}
_UNREADABLE = (
    *(OSError, SyntaxError, ValueError),
    *(Image.DecompressionBombError, Image.DecompressionBombWarning),
)


@dataclass(frozen=True, slots=True)
class Picture:
    """An image that can be read: the lengths of its sides in pixels, and the words it carries."""

    width: int
    height: int
    words: str


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
            image.load()
            carried = image.info.get("words", image.info.get("comment"))
            return Picture(image.width, image.height, _words(carried, sha256))
    except _UNREADABLE:
        return None


def _words(carried: str | bytes | None, sha256: str) -> str:
    if carried is None:
        return f"sha256:{sha256[:16]}"
    return carried.decode("utf-8", "replace") if isinstance(carried, bytes) else str(carried)
