"""Find the moment when all images that came are done."""

from __future__ import annotations

from ocr_watcher.service.messages.delays import rest
from ocr_watcher.service.messages.notices import AllDone

QUIET_SECONDS = 5.0
"""The time for which nothing waits before all is done: scans come one after the other."""


class Idleness:
    """What was done since all was done last; times are in seconds since the epoch."""

    def __init__(self) -> None:
        """Begin with nothing done."""
        self._recognised = 0
        self._failed = 0
        self._last = 0.0
        self._waits_since = 0.0

    @property
    def is_busy(self) -> bool:
        """Whether anything was done since."""
        return bool(self._recognised or self._failed)

    def ended(self, now: float, *, failed: bool) -> None:
        """Count an image that was seen to its end."""
        self._failed += failed
        self._recognised += not failed
        self._last = now
        self._waits_since = now

    def left(self, now: float) -> float | None:
        """Return the seconds until `look` is to be called; None while nothing was done."""
        if not self.is_busy:
            return None
        return rest(self._waits_since, QUIET_SECONDS, now)

    def wait_no_longer(self) -> None:
        """Make `look` decide at its next call, without a time of quiet."""
        self._waits_since = 0.0

    def look(self, now: float, waiting: int) -> AllDone | None:
        """See whether all is done, and begin anew if it is.

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
