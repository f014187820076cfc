"""A page as it goes to an engine, and the limits of an engine."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass, field
from typing import Literal

PdfText = Literal["auto", "trust", "ignore"]
"""The setting ``pdf.text``: whether the text that a page of a PDF has replaces its reading."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of an engine; a page outside of them is made to fit first.

    Attributes:
        formats: The encodings that it reads, by Pillow's names (``JPEG``, ``PNG`` …); JPEG or BMP
            is among them.
        shortest_side: The least length of the shorter side, in pixels.
        longest_side: The greatest length of the longer side, in pixels.
        body_bytes: The greatest size of the encoded page in the form in which the engine sends it.
            An engine raises `OversizeError` for a larger page before it sends anything.
        page_bytes: The size of an encoded page that stays within `body_bytes` when the engine sends
            it: of a PNG, or of a JPEG with optimised tables.
        strip_side: The length of strips, in pixels. A page is cut into strips where it is so long
            that it would not be legible when reduced as a whole.
    """

    formats: frozenset[str]
    shortest_side: int
    longest_side: int
    body_bytes: int
    page_bytes: int
    strip_side: int


@dataclass(frozen=True)
class Page:
    """One encoded page as it goes to an engine.

    Attributes:
        data: The encoded picture.
        format: The encoding, by Pillow's name.
        width: The width in pixels, as encoded in ``data``.
        height: The height in pixels, as encoded in ``data``.
        known_digest: The SHA-256 of ``data``, where it was computed before.
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
