"""The pages in flight: at most a little more than the cluster has threads."""

from __future__ import annotations

import contextlib
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ocr_watcher.errors import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ocr_watcher.threads.heartbeat import Heartbeats

_AHEAD = 1
"""Pages that each worker has beside those that it reads, so that it never waits for the next."""


class NoWorkersError(Exception):
    """There is no worker that could read a page."""


@dataclass(frozen=True, eq=False)
class Flight:
    """A page on its way to a worker and back.

    Attributes:
        worker: The address of the worker that it was sent to.
        lost: Done as soon as the worker is gone.
    """

    worker: str
    lost: Future[None] = field(default_factory=Future)


class Slots:
    """The places of pages on the workers. A page gets one on the worker that is the least busy.

    Args:
        heartbeats: The heartbeats of the threads; a thread's rests while it waits for a place.
        grace: The seconds for which a page waits for the first worker, as after a restart of all.
    """

    def __init__(self, heartbeats: Heartbeats, grace: float) -> None:
        self._heartbeats = heartbeats
        self._grace = grace
        self._changed = threading.Condition()
        self._threads: Mapping[str, int] = {}
        self._flights: set[Flight] = set()
        self._is_over = False
        self._listener: Callable[[int], None] = lambda _: None

    @property
    def number(self) -> int:
        """The number of all places."""
        with self._changed:
            return sum(threads + _AHEAD for threads in self._threads.values())

    def listen(self, listener: Callable[[int], None]) -> None:
        """Call a listener with the number of places, now and whenever it changes."""
        with self._changed:
            self._listener = listener
        listener(self.number)

    def set(self, threads: Mapping[str, int]) -> None:
        """Set the workers.

        Pages on others are lost, and their threads are told.

        Args:
            threads: The number of threads of each worker, by its address.
        """
        with self._changed:
            self._threads = dict(threads)
            for flight in self._flights:
                if flight.worker not in threads and not flight.lost.done():
                    flight.lost.set_result(None)
            self._changed.notify_all()
            listener = self._listener
        listener(self.number)

    def close(self) -> None:
        """Give no more places; threads that wait for one are told."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()

    @contextlib.contextmanager
    def flight(self) -> Iterator[Flight]:
        """Wait for a place; it is free again at the end of the context.

        Raises:
            NoWorkersError: There is no worker, and none came.
            Stopped: There are no more places.
        """
        with self._heartbeats.resting():
            flight = self._begin()
        try:
            yield flight
        finally:
            with self._changed:
                self._flights.discard(flight)
                self._changed.notify_all()

    def _begin(self) -> Flight:
        deadline = time.monotonic() + self._grace
        with self._changed:
            while True:
                if self._is_over:
                    raise Stopped
                worker = self._least_busy()
                if worker is not None:
                    break
                if self._threads:
                    self._changed.wait()
                    deadline = time.monotonic() + self._grace
                elif not self._changed.wait(max(0.0, deadline - time.monotonic())):
                    raise NoWorkersError
            flight = Flight(worker)
            self._flights.add(flight)
            return flight

    def _least_busy(self) -> str | None:
        """Return the worker with the most free places for its threads; None if all are full."""
        in_flight = dict.fromkeys(self._threads, 0)
        for flight in self._flights:
            if flight.worker in in_flight:
                in_flight[flight.worker] += 1
        free = {worker: self._threads[worker] + _AHEAD - in_flight[worker] for worker in in_flight}
        best = max(free, key=lambda worker: free[worker] / self._threads[worker], default=None)
        return best if best is not None and free[best] > 0 else None
