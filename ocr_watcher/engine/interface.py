"""What every engine is to the rest of the program."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

UNREAD_INK = "unread_ink"
"""Of a page's details: true where nothing was read on it although it has something like writing."""


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


@dataclass(frozen=True, slots=True)
class Line:
    """One recognised line.

    Attributes:
        words: Its text.
        fields: What else the engine tells of it, in the shape and under the names of Baidu's
            answers: ``location`` (``left``, ``top``, ``width``, ``height`` in pixels of the page
            given), ``probability`` (``average`` …), ``vertexes_location``, ``chars`` …
    """

    words: str
    fields: Mapping[str, Any] = field(default_factory=dict)


UNREAD_CHARACTERS = "unread_characters"
"""The detail that tells how many characters the lines have, roughly, that an engine found and could
not read."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What an engine read on one page.

    Attributes:
        lines: The lines, in reading order; none for a page without text, which is a success.
        details: What else the engine told of the page (``log_id``, ``direction``,
            ``paragraphs_result`` …), under Baidu's names, and `UNREAD_CHARACTERS` and `UNREAD_INK`.
    """

    lines: tuple[Line, ...]
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Description:
    """How a sidecar names the engine that read it.

    Attributes:
        name: ``baidu`` or ``local``.
        endpoint: The service's endpoint, or the name of the models.
        options: The options of each call.
    """

    name: str
    endpoint: str
    options: Mapping[str, str] = field(default_factory=dict)


class Engine(Protocol):
    """Reads pages. Each method may be called from any number of threads at once."""

    @property
    def description(self) -> Description:
        """How sidecars name this engine."""
        ...

    @property
    def limits(self) -> Limits:
        """What it takes."""
        ...

    def recognise(self, page: Page) -> Reading:
        """Reads one page.

        Raises:
            EngineError: Of the class that says what is to be done.
            Stopped: The program was asked to stop before the page was sent.
        """
        ...

    def probe(self) -> str:
        """Does what can be done without an image to prove that pages can be read.

        Returns:
            One line on what was proved.

        Raises:
            EngineError: It was proved that they cannot.
        """
        ...

    def close(self) -> None:
        """Gives back what the engine holds; called once, when no call is in flight."""
        ...
