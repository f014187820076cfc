"""Images that lost tries to an error code which may turn out to be the account's."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.image import Image
    from ocr_watcher.ledger.ledger import Tried

_MOST = 1_000


class Accused:
    """Remembers how many tries each image had before it met an unknown code.

    The first images that meet such a code lose a try each, until it shows that it is the
    account's fault. Then each gets back what it lost.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._before: dict[Image, int] = {}
        self._acquitted: dict[Image, int] = {}

    def accuse(self, image: Image, tried: Tried | None, is_acquitted: Callable[[], bool]) -> bool:
        """Notes that an image met an unknown code.

        Args:
            image: The image.
            tried: The tries before it did.
            is_acquitted: Says whether the account is known to be at fault meanwhile.

        Returns:
            Whether the try counts.
        """
        with self._lock:
            if is_acquitted():
                return False
            if len(self._before) < _MOST:
                self._before.setdefault(image, tried.tries if tried else 0)
            return True

    def acquit(self) -> dict[Image, int]:
        """Notes that the account is at fault, and returns the tries to give back."""
        with self._lock:
            acquitted, self._before = self._before, {}
            self._acquitted |= acquitted
            return acquitted

    def another_passed(self) -> None:
        """Notes that an image was read: those that met an unknown code were at fault themselves."""
        with self._lock:
            self._before.clear()

    def restored(self, image: Image, tried: Tried | None) -> Tried | None:
        """Returns the tries of an image, with those that it got back."""
        with self._lock:
            tries = self._acquitted.pop(image, None)
        return tried if tried is None or tries is None else replace(tried, tries=tries)
