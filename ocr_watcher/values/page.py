"""A page as an engine is given it, and what an engine takes."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Limits:
    """What an engine takes; a page outside of it is made to fit first.

    Attributes:
        formats: The encodings it reads, by Pillow's names (``JPEG``, ``PNG`` …); JPEG or BMP is
            among them.
        shortest_side: Least length of the shorter side, in pixels.
        longest_side: Greatest length of the longer side, in pixels.
        body_bytes: Greatest size of the encoded page, as the engine sends it. An engine that
            finds a page above it raises `OversizeError` before anything is sent.
        page_bytes: Size of an encoded page that stays within `body_bytes` as the engine sends it:
            of a PNG, or of a JPEG with optimised tables.
        strip_side: Length, in pixels, of the strips that a page is cut into which is too long for
            its width to be legible when it is reduced as a whole.
    """

    formats: frozenset[str]
    shortest_side: int
    longest_side: int
    body_bytes: int
    page_bytes: int
    strip_side: int


@dataclass(frozen=True)
class Page:
    """One page, encoded, as an engine is given it.

    Attributes:
        data: The encoded picture.
        format: Its encoding, by Pillow's name.
        width: Its width in pixels, as encoded in ``data``.
        height: Its height in pixels, likewise.
        known_digest: The SHA-256 of ``data``, where whoever made the page had it already.
    """

    data: bytes = field(repr=False)
    format: str
    width: int
    height: int
    known_digest: bytes | None = field(default=None, repr=False, compare=False)

    @functools.cached_property
    def digest(self) -> bytes:
        """The SHA-256 of the encoded picture, computed once."""
        return self.known_digest or hashlib.sha256(self.data).digest()
