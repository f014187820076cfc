"""What the upkeep of the index has to do next: images to look at, and folders to compare."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ocr_watcher.events.model import FolderScanned
    from ocr_watcher.values.image import Image

MOST_IMAGES = 5000
"""The most images that wait to be looked at; with more, their folder is compared."""
_AT_ONCE = 50
_LONG_PART, _RESTS = 0.02, 4
"""After so many seconds of work with one part of a sidecar, the thread rests for so many times as
long: whatever its priority, no other thread of Python runs while it works."""


class Agenda:
    """What is to be done, as listeners note it and threads take it.

    An image that is noted while its folder is compared is looked at once more after that, as the
    comparison may write what it saw before.
    """

    def __init__(self, roots: Iterable[str]) -> None:
        """Create it; all folders are due.

        Args:
            roots: The watched folders. What concerns others is not noted.
        """
        self._roots = frozenset(roots)
        self._changed = threading.Condition()
        self._closed = threading.Event()
        self._due = dict.fromkeys(self._roots)
        self._images: dict[Image, None] = {}
        self._again: dict[Image, None] = {}
        self._compared = ""
        self._scanned: dict[str, FolderScanned] = {}

    @property
    def is_closed(self) -> bool:
        """Whether there is nothing to do any more."""
        return self._closed.is_set()

    def close(self) -> None:
        """Wake all threads that wait, and give them nothing more."""
        self._closed.set()
        with self._changed:
            self._changed.notify_all()

    def rest(self, seconds: float) -> None:
        """Wait for a time, unless the agenda is closed."""
        self._closed.wait(seconds)

    def resting(self, beat: Callable[[], None]) -> Callable[[], None]:
        """Return a beat that rests as well, where much was to do since the one before."""
        began = time.thread_time()

        def beat_and_rest() -> None:
            nonlocal began
            beat()
            worked = time.thread_time() - began
            if worked > _LONG_PART:
                self.rest(min(_RESTS * worked, 1.0))
            began = time.thread_time()

        return beat_and_rest

    def note(self, image: Image) -> None:
        """Note that something happened to an image."""
        if image.root not in self._roots:
            return
        with self._changed:
            if max(len(self._images), len(self._again)) < MOST_IMAGES:
                self._images[image] = None
                if image.root == self._compared:
                    self._again[image] = None
            else:
                self._due[image.root] = None
            self._changed.notify_all()

    def note_scan(self, event: FolderScanned) -> None:
        """Note the counts of a scan."""
        if event.root in self._roots:
            with self._changed:
                self._scanned[event.root] = event
                self._changed.notify_all()

    def note_folders(self, roots: Iterable[str] = ()) -> None:
        """Note that folders are to be compared; all, if none is named."""
        with self._changed:
            self._due |= dict.fromkeys(roots or self._roots)
            self._changed.notify_all()

    def next_images(self) -> tuple[Image, ...]:
        """Wait for images, and return some of one folder; none at the end."""
        with self._changed:
            if not self._wait_for(lambda: self._images):
                return ()
            root = next(iter(self._images)).root
            images = tuple(image for image in self._images if image.root == root)[:_AT_ONCE]
            for image in images:
                del self._images[image]
        return images

    def next_scans(self) -> tuple[FolderScanned, ...] | None:
        """Wait for scans or for folders that are due, and return the scans; None at the end."""
        with self._changed:
            if not self._wait_for(lambda: self._scanned or self._due):
                return None
            scanned, self._scanned = self._scanned, {}
        return tuple(scanned.values())

    def begin_folder(self) -> str:
        """Return the folder that is to be compared now; empty if none is due."""
        with self._changed:
            self._compared = next(iter(self._due), "")
            self._due.pop(self._compared, None)
            return self._compared

    def end_folder(self) -> None:
        """Note that the comparison ended."""
        with self._changed:
            self._images |= self._again
            self._again, self._compared = {}, ""
            self._changed.notify_all()

    def _wait_for(self, condition: Callable[[], object]) -> bool:
        self._changed.wait_for(lambda: self.is_closed or condition())
        return not self.is_closed
