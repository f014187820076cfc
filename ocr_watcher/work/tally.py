"""The numbers of images that are done, that wait and that failed, since the last scans."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from ocr_watcher.values.outcome import Failed, NotAnImage, Recognised
from ocr_watcher.values.snapshot import Counts

if TYPE_CHECKING:
    from ocr_watcher.events.model import AttemptEnded, FolderScanned


class Tally:
    """The counts of images, from the events of scans and of ended attempts.

    They are for people: an image that was deleted is counted until the next scan of its folder.
    """

    def __init__(self) -> None:
        """Begin without counts."""
        self._lock = threading.Lock()
        self._counts: dict[str, Counts] = {}
        self._first: dict[str, Counts] = {}

    def scanned(self, event: FolderScanned) -> None:
        """Set the counts of a folder to what a scan of the whole folder found."""
        counts = Counts(event.done, event.waiting, event.failed)
        with self._lock:
            self._counts[event.root] = counts
            self._first.setdefault(event.root, counts)

    def ended(self, event: AttemptEnded) -> None:
        """Count how an attempt at an image ended."""
        if not isinstance(event.outcome, Recognised | Failed | NotAnImage):
            return
        done = isinstance(event.outcome, Recognised)
        failed = isinstance(event.outcome, Failed)
        root = event.image.root
        with self._lock:
            before = self._counts.get(root, Counts())
            self._counts[root] = Counts(
                before.done + done, max(0, before.waiting - 1), before.failed + failed
            )

    @property
    def at_first(self) -> Counts:
        """The counts of all folders when each was scanned first."""
        with self._lock:
            return sum(self._first.values(), Counts())

    @property
    def by_folder(self) -> dict[str, Counts]:
        """The counts by folder, without the images that appeared after its last scan."""
        with self._lock:
            return dict(self._counts)

    def counts(self, held: int) -> Counts:
        """Return the counts of all folders.

        Args:
            held: The number of images in the queue, with those that appeared after the last scan.
        """
        with self._lock:
            total = sum(self._counts.values(), Counts())
        return replace(total, waiting=max(total.waiting, held))
