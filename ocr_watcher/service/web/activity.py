"""The images that are being read, and the pages that were read in each minute of the last hour."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from ocr_watcher.events.model import AttemptEnded
from ocr_watcher.values.image import Image
from ocr_watcher.values.outcome import Recognised
from ocr_watcher.work.underway.underway_file import being_worked_on

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    from ocr_watcher.events.bus import EventBus
    from ocr_watcher.work.underway.entry import Entry

MINUTES = 60
"""The number of minutes that are kept."""
_MINUTE = 60.0  # seconds


class Activity:
    """The pages of the last hour, over all pipelines of the process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin without pages.

        Args:
            clock: A function that returns the seconds of a clock that only goes forward.
        """
        self._clock = clock
        self._lock = threading.Lock()
        self._pages = [0] * MINUTES
        self._minute = self._now()

    def attach(self, bus: EventBus) -> None:
        """Count the pages of a pipeline as well."""
        bus.listen(AttemptEnded, self._ended)

    def pages(self) -> tuple[int, ...]:
        """Return the pages of each of the last 60 minutes; the last minute has not ended."""
        with self._lock:
            self._forget()
            first = self._minute + 1
            return tuple(self._pages[(first + step) % MINUTES] for step in range(MINUTES))

    def _ended(self, event: AttemptEnded) -> None:
        if isinstance(event.outcome, Recognised):
            with self._lock:
                self._forget()
                self._pages[self._minute % MINUTES] += event.outcome.pages

    def _forget(self) -> None:
        """Set the minutes that have begun since the last call to zero."""
        now = self._now()
        for minute in range(max(self._minute, now - MINUTES) + 1, now + 1):
            self._pages[minute % MINUTES] = 0
        self._minute = now

    def _now(self) -> int:
        return int(self._clock() // _MINUTE)


def read_now(state_dir: Path, roots: Collection[str]) -> Iterator[tuple[Image, Entry]]:
    """Yield the images that are being read, each with its entry.

    Args:
        state_dir: The directory with the files of the attempts under way.
        roots: The watched folders; images in other folders, which another run with the same
            directory reads, are left out.
    """
    for entry in being_worked_on(state_dir):
        within = [root for root in roots if entry.path.startswith(f"{root.rstrip('/')}/")]
        root = max(within, key=len, default=None)
        if root is not None:
            yield Image(root, entry.path.removeprefix(root).lstrip("/")), entry
