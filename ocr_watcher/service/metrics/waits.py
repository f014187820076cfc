"""The time since which each image waits."""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import TYPE_CHECKING

from ocr_watcher.values.outcome import Again

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.events.model import AttemptEnded, ImageQueued
    from ocr_watcher.values.image import Image

_MANY = 1000
"""The number of images from which images that no longer wait are searched for and removed."""


class Waits:
    """The images of the queue, each with the time since which it waits.

    They are known from events, and compared with the queue: an image may leave it without an event,
    or may be read before the event of its arrival.
    """

    def __init__(
        self, is_queued: Callable[[Image], bool], wall_clock: Callable[[], float] = time.time
    ) -> None:
        """Begin without images.

        Args:
            is_queued: A function that returns whether an image waits in the queue, or is being
                worked on.
            wall_clock: A function that returns the seconds since the epoch.
        """
        self._is_queued = is_queued
        self._wall_clock = wall_clock
        self._lock = threading.Lock()
        self._since: dict[Image, float] = {}
        self._many = _MANY

    def queued(self, event: ImageQueued) -> None:
        """Note that an image waits; a known image keeps its time."""
        with self._lock:
            self._since.setdefault(event.image, self._wall_clock())
            if len(self._since) > self._many:
                self._compare()
                self._many = 2 * len(self._since) + _MANY

    def ended(self, event: AttemptEnded) -> None:
        """Note that an image no longer waits, unless it will be tried again."""
        if isinstance(event.outcome, Again) and event.is_repeated:
            return
        with self._lock:
            self._since.pop(event.image, None)

    def oldest(self) -> dict[str, float]:
        """Return the time since which the oldest image waits, by folder."""
        oldest: dict[str, float] = {}
        with self._lock:
            self._compare()
            for image, since in self._since.items():
                oldest[image.root] = min(since, oldest.get(image.root, since))
        return oldest

    def numbers(self) -> Counter[str]:
        """Return the number of images that wait, by folder."""
        with self._lock:
            return Counter(image.root for image in self._since)

    def _compare(self) -> None:
        gone = [image for image in self._since if not self._is_queued(image)]
        for image in gone:
            del self._since[image]
