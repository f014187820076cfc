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
        size: In bytes.
        mtime_ns: When its content last changed.
        sha256: The hash of its content, in hexadecimal; None where it could not be read.
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
        pages: In order.
        source: The image's file.
        engine: Who read it.
        recognised_at: When.
        original: The content of the file.
        options: How it is to be written.
        version: Of the program that had it read.
        searchable: Return a PDF of the pages with the given texts laid over them. It raises an
            `EngineError` where it cannot, and is made where hostile files do no harm.
    """

    pages: tuple[RecognisedPage, ...]
    source: Source
    engine: EngineIdentity
    recognised_at: datetime
    original: bytes = field(default=b"", repr=False)
    options: RenderOptions = RenderOptions()
    version: str = __version__
    searchable: Callable[[Sequence[PageText]], bytes] = field(default=_no_pages, repr=False)
