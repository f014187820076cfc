"""The tries that images lost to an unknown error code, which may be the fault of the endpoint."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.values.image import Image
    from ocr_watcher.values.tried import Tried

_MOST = 1_000


@dataclass(frozen=True, slots=True)
class Before:
    """An image before it met an unknown code.

    Attributes:
        tries: The number of tries that it had lost.
        code: The code that it met last.
    """

    tries: int
    code: str


class UnknownCodeTries:
    """The tries that each image had lost before it met an unknown code.

    The first images that meet such a code lose a try each. If it turns out that the endpoint is at
    fault, each image gets those tries back, and an image that failed for good waits again.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._before: dict[Image, Before] = {}
        self._given_back: dict[Image, int] = {}

    def counts(
        self, image: Image, tried: Tried | None, code: str, is_endpoint_at_fault: Callable[[], bool]
    ) -> bool:
        """Note that an image met an unknown code, and return whether the try counts.

        Args:
            image: The image.
            tried: The tries before this one.
            code: The code.
            is_endpoint_at_fault: A function that returns whether the endpoint is known to be at
                fault by now.
        """
        with self._lock:
            if is_endpoint_at_fault():
                return False
            before = self._before.get(image)
            if before is not None:
                self._before[image] = replace(before, code=code)
            elif len(self._before) < _MOST:
                self._before[image] = Before(tried.tries if tried else 0, code)
            return True

    def give_back(self) -> dict[Image, Before]:
        """Give all tries back, as the endpoint is at fault; return the state before, by image."""
        with self._lock:
            given_back, self._before = self._before, {}
            self._given_back |= {image: before.tries for image, before in given_back.items()}
            return given_back

    def has_back(self, image: Image) -> bool:
        """Return whether an image got tries back since its last try began."""
        with self._lock:
            return image in self._given_back

    def another_passed(self) -> None:
        """Note that an image was read: images with unknown codes are at fault themselves."""
        with self._lock:
            self._before.clear()

    def restored(self, image: Image, tried: Tried | None) -> Tried | None:
        """Return the tries of an image without those that were given back."""
        with self._lock:
            tries = self._given_back.pop(image, None)
        return tried if tried is None or tries is None else replace(tried, tries=tries)
