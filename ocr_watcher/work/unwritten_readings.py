"""Readings that were paid for and could not be written beside their images yet."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocr_watcher.document.page import RecognisedPage
    from ocr_watcher.values.image import Image

    Pages = tuple[RecognisedPage, ...]

_MOST_IMAGES = 64
"""The largest number of images. No call is made for a directory that cannot be written to, so only
images that were being read when the directory failed have unwritten readings together."""


class UnwrittenReadings:
    """Readings kept in memory for the next attempt, as the ledger's disk may be full too."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pages: dict[Image, tuple[str, Pages]] = {}

    def keep(self, image: Image, sha256: str, pages: Pages) -> None:
        """Keep a reading; the oldest is dropped if there are too many.

        Args:
            image: The image.
            sha256: The hash of the content that was read.
            pages: The pages that were read.
        """
        with self._lock:
            self._pages.pop(image, None)
            self._pages[image] = (sha256, pages)
            if len(self._pages) > _MOST_IMAGES:
                del self._pages[next(iter(self._pages))]

    def take(self, image: Image, sha256: str) -> Pages | None:
        """Remove and return a kept reading; None if there is none for this content."""
        with self._lock:
            kept = self._pages.pop(image, None)
        return kept[1] if kept is not None and kept[0] == sha256 else None
