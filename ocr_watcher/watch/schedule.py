"""The schedule of scans: which folder is next, and when."""

from __future__ import annotations

import math
import threading
import time
from operator import itemgetter
from typing import TYPE_CHECKING

from ocr_watcher.errors import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.folders.folder import Folder


class Schedule:
    """The regular scans of each folder, at its interval, and the requested scans between them.

    Several requests for one place count as one until it is scanned, so that a flood of events
    causes one scan and not a flood of scans.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin without folders.

        Args:
            clock: A function that returns the seconds of a clock that only goes forward.
        """
        self._clock = clock
        self._changed = threading.Condition()
        self._intervals: dict[str, float] = {}
        self._regular: dict[str, tuple[float, Folder]] = {}
        self._requested: dict[tuple[str, str], tuple[float, Folder]] = {}  # the oldest first
        self._closed = False

    def add(self, folder: Folder, interval: float) -> None:
        """Add a folder that is scanned at once, and then at its interval.

        Args:
            folder: The folder.
            interval: The seconds from the start of one scan to the start of the next; 0 for no
                further scan without a request.
        """
        with self._changed:
            self._intervals[folder.root] = interval
            self._regular[folder.root] = (self._clock(), folder)
            self._changed.notify_all()

    def again(self, folder: Folder, delay: float) -> None:
        """Move the next regular scan of a folder forward, to at most so many seconds from now."""
        with self._changed:
            when, _ = self._regular.get(folder.root, (math.inf, folder))
            self._regular[folder.root] = (min(when, self._clock() + delay), folder)
            self._changed.notify_all()

    def request(self, folder: Folder, below: str) -> None:
        """Request a scan as soon as possible.

        Args:
            folder: The folder.
            below: The directory in it, as a path relative to its root; empty for the whole folder.
        """
        with self._changed:
            self._requested.setdefault((folder.root, below), (self._clock(), folder))
            self._changed.notify_all()

    def next(self) -> tuple[Folder, str]:
        """Wait until a scan is due, and return the one that has been due for longest.

        Returns:
            The folder, and the directory in it.

        Raises:
            Stopped: The schedule was closed.
        """
        with self._changed:
            while True:
                self.raise_if_closed()
                now = self._clock()
                when, due = self._next_regular()
                since, below = self._oldest_request()
                # Neither kind starves the other: steady requests do not delay a regular scan.
                if below is not None and since < when:
                    return self._requested.pop(below)[1], below[1]
                if due is not None and when <= now:
                    self._plan(due, now)
                    return due, ""
                self._changed.wait(None if due is None else when - now)

    def close(self) -> None:
        """End every wait, now and later, with `Stopped`."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def raise_if_closed(self) -> None:
        """Raise `Stopped` during a scan if the schedule was closed.

        Raises:
            Stopped: The schedule was closed.
        """
        if self._closed:
            raise Stopped

    def _next_regular(self) -> tuple[float, Folder | None]:
        return min(self._regular.values(), key=itemgetter(0), default=(math.inf, None))

    def _oldest_request(self) -> tuple[float, tuple[str, str] | None]:
        return next(((since, key) for key, (since, _) in self._requested.items()), (math.inf, None))

    def _plan(self, folder: Folder, now: float) -> None:
        del self._regular[folder.root]
        if self._intervals[folder.root]:
            self._regular[folder.root] = (now + self._intervals[folder.root], folder)
