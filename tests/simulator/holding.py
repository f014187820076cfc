"""Holds calls back, and lets go of all of them at once."""

from __future__ import annotations

import threading


class Holding:
    """Where calls wait; closing it ends every wait with `ConnectionAbortedError`."""

    def __init__(self) -> None:
        self._closing = threading.Event()
        self._changed = threading.Condition()
        self._releases = 0

    def wait(self, seconds: float) -> None:
        """Waits."""
        if self._closing.wait(max(0.0, seconds)):
            raise ConnectionAbortedError

    @property
    def releases(self) -> int:
        """How often `release` was called."""
        with self._changed:
            return self._releases

    def wait_for_release(self, after: int) -> None:
        """Waits for the first `release` after so many, which may have been already."""
        with self._changed:
            self._changed.wait_for(lambda: self._closing.is_set() or self._releases > after)
        self.wait(0)

    def release(self) -> None:
        """Lets every call go on that waits for it."""
        with self._changed:
            self._releases += 1
            self._changed.notify_all()

    def close(self) -> None:
        """Ends every wait, now and later."""
        self._closing.set()
        self.release()
