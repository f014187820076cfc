"""Measures for how long the process has had no work."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Idleness:
    """The time since the last work of any thread ended.

    Args:
        seconds: The time after which the process counts as idle.
        clock: A function that returns the seconds of a clock that only goes forward.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._changed = threading.Condition()
        self._busy = 0
        self._since = clock()

    @contextlib.contextmanager
    def interrupted(self) -> Iterator[None]:
        """Note that the calling thread works, until the context ends."""
        with self._changed:
            self._busy += 1
        try:
            yield
        finally:
            with self._changed:
                self._busy -= 1
                self._since = self._clock()
                self._changed.notify()

    def wait(self) -> None:
        """Wait until there was no work for the given time; only one thread may call this."""
        with self._changed:
            while self._busy or self._left() > 0:
                self._changed.wait(None if self._busy else self._left())

    def _left(self) -> float:
        return self._since + self._seconds - self._clock()
