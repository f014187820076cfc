"""A file that is decoded page after page, and the request for each page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ocr_watcher.pages.sandbox.wire import Message, limits_told

if TYPE_CHECKING:
    from ocr_watcher.values.page import Limits


@dataclass(eq=False, slots=True)
class Session:
    """A file whose pages are being read.

    Attributes:
        data: The whole file.
        limits: The limits of the engine.
        read: The number of its pages that have been read.
        has_more: Whether the file has more pages.
        wanted: Whether more pages may be asked for.
    """

    data: bytes = field(repr=False)
    limits: Limits
    read: int = 0
    has_more: bool = True
    wanted: bool = True

    def opening(self) -> Message:
        """Return the request for the next page to a process that does not hold the file."""
        limits = limits_told(self.limits)
        return Message({"ask": "open", "skip": self.read, "limits": limits}, self.data)

    def asking_on(self) -> Message:
        """Return the request for the next page to the process that holds the file."""
        return Message({"ask": "next", "limits": limits_told(self.limits)})
