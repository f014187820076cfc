"""Finds the moment when all images that arrived are done."""

from __future__ import annotations

from ocr_watcher.service.messages.delays import rest
from ocr_watcher.service.messages.notices import AllDone

QUIET_SECONDS = 5.0
"""The time for which no image waits before all count as done, as scans follow each other."""


class Idleness:
    """The images that ended since all were last done; times are in seconds since the epoch."""

    def __init__(self) -> None:
        """Begin without images."""
        self._recognised = 0
        self._failed = 0
        self._last = 0.0
        self._waits_since = 0.0

    @property
    def is_busy(self) -> bool:
        """Whether an image has ended since all were last done."""
        return bool(self._recognised or self._failed)

    def ended(self, now: float, *, failed: bool) -> None:
        """Count an image that was recognised or failed."""
        self._failed += failed
        self._recognised += not failed
        self._last = now
        self._waits_since = now

    def left(self, now: float) -> float | None:
        """Return the seconds until the next call of `look`; None if no image has ended."""
        if not self.is_busy:
            return None
        return rest(self._waits_since, QUIET_SECONDS, now)

    def wait_no_longer(self) -> None:
        """Let the next call of `look` decide without a quiet time."""
        self._waits_since = 0.0

    def look(self, now: float, waiting: int) -> AllDone | None:
        """Return the notice that all is done, and start again; None if it is not.

        Args:
            now: The time.
            waiting: The number of images that wait.
        """
        left = self.left(now)
        if left is None or left > 0.0:
            return None
        if waiting:
            self._waits_since = now
            return None
        done = AllDone(self._recognised, self._failed, self._last)
        self._recognised = self._failed = 0
        return done
