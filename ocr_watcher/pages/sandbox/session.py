"""A file that is decoded page after page, and the request for each page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ocr_watcher.pages.sandbox.wire import limits_facts
from ocr_watcher.processes.wire import Message

if TYPE_CHECKING:
    from ocr_watcher.values.page import Limits, PdfText


@dataclass(eq=False, slots=True)
class Session:
    """A file whose pages are being read.

    Attributes:
        data: The whole file.
        limits: The limits of the engine.
        pdf_text: The setting ``pdf.text``.
        pages_read: The number of its pages that have been read.
        has_more: Whether the file has more pages.
        wanted: Whether more pages may be requested.
    """

    data: bytes = field(repr=False)
    limits: Limits
    pdf_text: PdfText
    pages_read: int = 0
    has_more: bool = True
    wanted: bool = True

    def first_request(self) -> Message:
        """Return the request for the next page to a process that does not hold the file."""
        return Message({"ask": "open", "skip": self.pages_read, **self._options()}, self.data)

    def next_request(self) -> Message:
        """Return the request for the next page to the process that holds the file."""
        return Message({"ask": "next", **self._options()})

    def _options(self) -> dict[str, Any]:
        return {"limits": limits_facts(self.limits), "pdf_text": self.pdf_text}
