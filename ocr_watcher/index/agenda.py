"""The agenda of the upkeep of the index: images to look at, and folders to compare."""

from __future__ import annotations

import threading
import time
from itertools import islice
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ocr_watcher.events.model import FolderScanned
    from ocr_watcher.values.image import Image

MOST_IMAGES = 5000
"""The most images that wait to be looked at; if there are more, their folder is compared."""
_AT_ONCE, _FEW = 200, 50
"""The most images that are looked at together, and the most images among them that wait."""
_GATHER_SECONDS = 0.02
"""The seconds to wait for further images after the first."""
_BUSY_SECONDS = 2.0
"""The seconds after an attempt during which the daemon counts as at work."""
_MANY, _GATHER_MANY_SECONDS = 8, 0.8
"""If at least so many images were looked at together, the thread waits so many seconds for the next
ones."""
_BUSY_RESTS, _LONGEST_REST = 12, 3.0
"""While the daemon is at work, a thread rests so many times as long as it worked, but at most so
many seconds."""
_LONG_PART, _RESTS = 0.02, 4
"""After so many seconds of work on a sidecar, the thread rests as long, and so many times as long
while the daemon is at work."""


class Agenda:
    """The tasks of the upkeep, which listeners note and threads take.

    An image that is noted while its folder is compared is looked at again afterwards, as the
    comparison may write an earlier state of it.
    """

    def __init__(self, roots: Iterable[str]) -> None:
        """Create an agenda on which all folders are due.

        Args:
            roots: The watched folders. Events of other folders are not noted.
        """
        self._roots = frozenset(roots)
        self._lock = threading.Lock()
        self._for_images = threading.Condition(self._lock)
        self._for_folders = threading.Condition(self._lock)
        self._closed = threading.Event()
        self._due = dict.fromkeys(self._roots)
        self._ended: dict[Image, None] = {}
        self._queued: dict[Image, None] = {}
        self._last_end = -inf
        self._again: dict[Image, None] = {}
        self._compared = ""
        self._scanned: dict[str, FolderScanned] = {}

    @property
    def is_closed(self) -> bool:
        """Whether it is closed, so that the threads must end."""
        return self._closed.is_set()

    def close(self) -> None:
        """Wake all threads that wait or rest; they get no further tasks."""
        self._closed.set()
        with self._lock:
            self._for_images.notify_all()
            self._for_folders.notify_all()

    def rest(self, seconds: float) -> None:
        """Wait for a time, unless the agenda is closed."""
        self._closed.wait(seconds)

    def rest_after(self, seconds: float, images: int = 0) -> None:
        """Rest after work: as long as it took, and longer while the daemon is at work.

        Even a thread of low priority keeps every other thread of Python from running while it
        works.

        Args:
            seconds: The duration of the work.
            images: The number of images of events that were looked at. After many, as many more
                will come soon, so that it pays to wait for them.
        """
        if self._is_busy():
            seconds = max(_BUSY_RESTS * seconds, _GATHER_MANY_SECONDS * (images >= _MANY))
        self.rest(min(seconds, _LONGEST_REST))

    def resting(self, beat: Callable[[], None]) -> Callable[[], None]:
        """Return a function that calls a beat, and rests if much was done since its last call."""
        began = time.thread_time()

        def beat_and_rest() -> None:
            nonlocal began
            beat()
            worked = time.thread_time() - began
            if worked > _LONG_PART:
                self.rest(min(_RESTS * worked if self._is_busy() else worked, 1.0))
            began = time.thread_time()

        return beat_and_rest

    def _is_busy(self) -> bool:
        """Return whether the daemon is at work: an attempt ended shortly before."""
        return time.monotonic() - self._last_end < _BUSY_SECONDS

    def note_queued(self, image: Image) -> None:
        """Note that an image waits."""
        self._note(image, self._queued)

    def note_ended(self, image: Image) -> None:
        """Note that an attempt at an image ended; the note that it waits is dropped."""
        self._last_end = time.monotonic()
        self._note(image, self._ended)

    def note_scan(self, event: FolderScanned) -> None:
        """Note the counts of a scan."""
        if event.root in self._roots:
            with self._lock:
                self._scanned[event.root] = event
                self._for_folders.notify_all()

    def note_folders(self, roots: Iterable[str] = ()) -> None:
        """Note that folders are due for a comparison; all folders if none is named."""
        with self._lock:
            self._due |= dict.fromkeys(roots or self._roots)
            self._for_folders.notify_all()

    def next_images(self) -> tuple[Image, ...]:
        """Wait for images, and return some; none when the agenda is closed.

        Images whose attempt ended come first. While there are many of these, images that wait are
        left for later, as their attempts will end soon.
        """
        with self._lock:
            if not self._wait_for(self._for_images, lambda: self._ended or self._queued):
                return ()
        self.rest(_GATHER_SECONDS)
        with self._lock:
            images = list(islice(self._ended, _AT_ONCE))
            images += islice(self._queued, max(0, _FEW - len(images)))
            for image in images:
                self._ended.pop(image, None)
                self._queued.pop(image, None)
        return () if self.is_closed else tuple(images)

    def next_scans(self) -> tuple[FolderScanned, ...] | None:
        """Wait for scans or due folders, and return the scans; None when the agenda is closed."""
        with self._lock:
            if not self._wait_for(self._for_folders, lambda: self._scanned or self._due):
                return None
            scanned, self._scanned = self._scanned, {}
        return tuple(scanned.values())

    def begin_folder(self) -> str:
        """Return the folder that is to be compared now; empty if none is due."""
        with self._lock:
            self._compared = next(iter(self._due), "")
            self._due.pop(self._compared, None)
            return self._compared

    def end_folder(self) -> None:
        """Note that the comparison ended."""
        with self._lock:
            self._ended |= self._again
            self._again, self._compared = {}, ""
            self._for_images.notify_all()

    def _note(self, image: Image, images: dict[Image, None]) -> None:
        if image.root not in self._roots:
            return
        with self._lock:
            if images is self._ended:
                self._queued.pop(image, None)
            if max(len(images), len(self._again)) < MOST_IMAGES:
                images[image] = None
                if image.root == self._compared:
                    self._again[image] = None
                self._for_images.notify_all()
            else:
                self._due[image.root] = None
                self._for_folders.notify_all()

    def _wait_for(self, noted: threading.Condition, condition: Callable[[], object]) -> bool:
        noted.wait_for(lambda: self.is_closed or condition())
        return not self.is_closed
