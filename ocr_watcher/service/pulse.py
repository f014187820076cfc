"""Whether the threads advance: a process that answers may still have stopped working."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager


class Pulses:
    """Knows of each thread what it works on and since when; a thread that rests is never late.

    A timer that reports to the watchdog proves only that Python runs. So each thread says when
    it begins a step, and when it waits for something that may take any time, such as the end of
    a pause; whoever has been within one step for too long hangs.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begins without threads.

        Args:
            clock: Seconds of a clock that only goes forward.
        """
        self._clock = clock
        self._lock = threading.Lock()
        self._working: dict[int, tuple[str, float]] = {}
        self._rested: dict[int, float] = {}

    def working(self, what: str) -> AbstractContextManager[None]:
        """Tells that the calling thread works on something, until the context ends."""
        with self._lock:
            self._rested[threading.get_ident()] = 0.0
        return self._lasting((what, self._clock()))

    def rested(self) -> float:
        """Return how long the calling thread has rested since its work began, in seconds."""
        with self._lock:
            return self._rested.get(threading.get_ident(), 0.0)

    def resting(self) -> AbstractContextManager[None]:
        """Tells that the calling thread waits; its step begins anew when the context ends."""
        return self._lasting(None)

    def beat(self) -> None:
        """Tells that the calling thread has advanced within its step."""
        with self._lock:
            self._renew(self._working.get(threading.get_ident()))

    def overdue(self, seconds: float) -> str | None:
        """Names what some thread has been within for longer; None where all advance."""
        with self._lock:
            limit = self._clock() - seconds
            return next((what for what, since in self._working.values() if since < limit), None)

    @contextlib.contextmanager
    def _lasting(self, state: tuple[str, float] | None) -> Iterator[None]:
        thread = threading.get_ident()
        with self._lock:
            before = self._working.pop(thread, None)
            since = self._clock()
            if state is not None:
                self._working[thread] = state
        try:
            yield
        finally:
            with self._lock:
                self._working.pop(thread, None)
                if state is None and before is not None:  # the outer of two rests is the one
                    self._rested[thread] = self._rested.get(thread, 0.0) + self._clock() - since
                self._renew(before)

    def _renew(self, state: tuple[str, float] | None) -> None:
        if state is not None:
            self._working[threading.get_ident()] = (state[0], self._clock())
