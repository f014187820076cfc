"""Heartbeats of threads: a process that answers may still have stopped working."""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager


@dataclass(frozen=True, slots=True)
class Step:
    """The step that a thread works on.

    Attributes:
        what: The step in words.
        since: The time when it began or last advanced, by the clock of the heartbeats.
        root: The watched folder whose file system the step waits for; empty for any other step.
    """

    what: str
    since: float
    root: str = ""


class Heartbeats:
    """The step of each thread and the time since when it works on it.

    A timer that reports to the watchdog proves only that Python runs. Each thread therefore reports
    when it begins a step. It also reports when it rests, which means that it waits for something
    that may take any time, such as the end of a pause. A thread that has been in one step for too
    long hangs; a thread that rests is never late.

    A step that waits for the file system of a watched folder names the folder, as a share whose
    server is gone is a fault of that folder and not of the program.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin without threads.

        Args:
            clock: A function that returns the seconds of a clock that only goes forward.
        """
        self._clock = clock
        self._lock = threading.Lock()
        self._working: dict[int, Step] = {}
        self._rested: dict[int, float] = {}

    def working(self, what: str, root: str = "") -> AbstractContextManager[None]:
        """Note that the calling thread works on something, until the context ends.

        Args:
            what: The step in words.
            root: The watched folder whose file system the step waits for; empty for any other step.
        """
        return self._lasting(Step(what, self._clock(), root))

    def rested(self) -> float:
        """Return how long the calling thread has rested since its work began, in seconds."""
        with self._lock:
            return self._rested.get(threading.get_ident(), 0.0)

    def resting(self) -> AbstractContextManager[None]:
        """Note that the calling thread rests; its step begins anew when the context ends."""
        return self._lasting(None)

    def beat(self) -> None:
        """Note that the calling thread has advanced within its step."""
        with self._lock:
            self._renew(self._working.get(threading.get_ident()))

    def overdue(self, seconds: float) -> str | None:
        """Return a step that some thread has been in for longer; None if all threads advance.

        Steps that wait for the file system of a folder do not count; `stuck` returns them.
        """
        with self._lock:
            limit = self._clock() - seconds
            late = (step for step in self._working.values() if step.since < limit)
            return next((step.what for step in late if not step.root), None)

    def stuck(self, seconds: float) -> dict[int, Step]:
        """Return the steps that have waited for the file system of a folder for longer.

        Returns:
            The steps, by the identifier of their threads.
        """
        with self._lock:
            limit = self._clock() - seconds
            return {
                thread: step
                for thread, step in self._working.items()
                if step.root and step.since < limit
            }

    @contextlib.contextmanager
    def _lasting(self, state: Step | None) -> Iterator[None]:
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
                if state is None and before is not None:  # only the outer of two rests counts
                    self._rested[thread] = self._rested.get(thread, 0.0) + self._clock() - since
                if state is not None and before is None:  # the work itself has ended
                    self._rested.pop(thread, None)
                self._renew(before)

    def _renew(self, state: Step | None) -> None:
        if state is not None:
            self._working[threading.get_ident()] = Step(state.what, self._clock(), state.root)
