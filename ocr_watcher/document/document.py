"""All that is known of one recognised image."""

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
    """How a document is to be written, as far as the format leaves a choice.

    Attributes:
        layout: How lines become text, by the setting ``output.layout``.
        compact: Whether a format that can be one line is one line.
    """

    layout: str = "rows"
    compact: bool = False


def _no_pages(_: Sequence[PageText]) -> bytes:
    raise LookupError("the document came without the pages of its file")


@dataclass(frozen=True, slots=True)
class Document:
    """What was read of an image, and all else that a format may want to tell of it.

    Attributes:
        pages: The pages, in order.
        source: The image's file.
        engine: The engine that read it.
        recognised_at: The time when it was read.
        original: The content of the file.
        options: How it is to be written.
        version: The version of the program that had it read.
        searchable: A function that returns a PDF of the pages with the given texts laid over them.
            It raises an `EngineError` if it cannot, and works where hostile files do no harm.
    """

    pages: tuple[RecognisedPage, ...]
    source: Source
    engine: EngineIdentity
    recognised_at: datetime
    original: bytes = field(default=b"", repr=False)
    options: RenderOptions = RenderOptions()
    version: str = __version__
    searchable: Callable[[Sequence[PageText]], bytes] = field(default=_no_pages, repr=False)
