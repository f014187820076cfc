"""A file whose pages are rendered one after the other, and what a renderer is asked for each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ocr_watcher.pages.sandbox.wire import Message, limits_told

if TYPE_CHECKING:
    from ocr_watcher.values.page import Limits


@dataclass(eq=False, slots=True)
class Document:
    """A file whose pages are being read.

    Attributes:
        data: The whole file.
        limits: What the engine takes.
        read: How many of its pages have been read.
        has_more: Whether there are others.
        wanted: Whether anybody will ask for them.
    """

    data: bytes = field(repr=False)
    limits: Limits
    read: int = 0
    has_more: bool = True
    wanted: bool = True

    def opening(self) -> Message:
        """Ask for the first page that was not read, from a renderer that has not the file."""
        limits = limits_told(self.limits)
        return Message({"ask": "open", "skip": self.read, "limits": limits}, self.data)

    def asking_on(self) -> Message:
        """Ask for it from the renderer that has read the one before."""
        return Message({"ask": "next", "limits": limits_told(self.limits)})
