"""The text and the facts of one recognised image."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ocr_watcher import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from ocr_watcher.document.page import RecognisedPage
    from ocr_watcher.values.page_text import PageText
    from ocr_watcher.values.reading import EngineIdentity


@dataclass(frozen=True, slots=True)
class Source:
    """The file that a document was read from.

    Attributes:
        name: Its name, without its directory.
        size: Its size in bytes.
        mtime_ns: The time of the last change of its content, in nanoseconds since the epoch.
        sha256: The hash of its content, in hexadecimal; None if it could not be read.
    """

    name: str
    size: int
    mtime_ns: int
    sha256: str | None


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """The options by which a format renders a document.

    Attributes:
        layout: The layout of the text, as in the setting ``output.layout``.
        compact: Whether a format that can be written on one line is.
    """

    layout: str = "rows"
    compact: bool = False


def _no_pages(_: Sequence[PageText]) -> bytes:
    raise LookupError("the document came without the pages of its file")


@dataclass(frozen=True, slots=True)
class Document:
    """The text of an image, and all other facts that a format may contain.

    Attributes:
        pages: The pages, in order.
        source: The image's file.
        engine: The engine that read it.
        recognised_at: The time when it was read.
        original: The content of the file.
        options: The options of the format.
        version: The version of the program that recognised it.
        searchable: A function that returns a PDF of the pages with the given texts laid over them.
            It works in a sandbox, and raises an `EngineError` if it fails.
    """

    pages: tuple[RecognisedPage, ...]
    source: Source
    engine: EngineIdentity
    recognised_at: datetime
    original: bytes = field(default=b"", repr=False)
    options: RenderOptions = RenderOptions()
    version: str = __version__
    searchable: Callable[[Sequence[PageText]], bytes] = field(default=_no_pages, repr=False)
