"""The pages in flight: at most a little more than the cluster has threads."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import Counter
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ocr_watcher.errors import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from ocr_watcher.threads.heartbeat import Heartbeats

_AHEAD = 1
"""The pages that each worker has in addition to those that it reads, so that it never waits for the
next."""


class NoWorkersError(Exception):
    """There is no worker that can read a page."""


@dataclass(frozen=True, eq=False)
class Slot:
    """The right to send a page to a worker, until its reading is back.

    Attributes:
        worker: The address of the worker.
        lost: A future that is done as soon as the worker is gone.
    """

    worker: str
    lost: Future[None] = field(default_factory=Future)


class Slots:
    """Gives each page a slot on the worker that is the least busy.

    Args:
        heartbeats: The heartbeats of the threads; a thread rests while it waits for a slot.
        grace: The seconds for which a page waits for the first worker, as after a restart of all.
    """

    def __init__(self, heartbeats: Heartbeats, grace: float) -> None:
        self._heartbeats = heartbeats
        self._grace = grace
        self._changed = threading.Condition()
        self._threads: Mapping[str, int] = {}
        self._taken: set[Slot] = set()
        self._alone: dict[int, str] = {}  # the worker of each thread whose page must be alone
        self._is_over = False
        self._listener: Callable[[int], None] = lambda _: None

    @property
    def number(self) -> int:
        """The number of all slots."""
        with self._changed:
            return sum(threads + _AHEAD for threads in self._threads.values())

    @property
    def waits_to_be_alone(self) -> bool:
        """Whether a page waits for a worker of its own, or has one."""
        with self._changed:
            return bool(self._alone)

    def listen(self, listener: Callable[[int], None]) -> None:
        """Call a listener with the number of slots, now and whenever it changes."""
        with self._changed:
            self._listener = listener
        listener(self.number)

    def set(self, threads: Mapping[str, int]) -> None:
        """Set the workers. Pages on other workers are lost, and their threads are informed.

        Args:
            threads: The number of threads of each worker, by its address.
        """
        with self._changed:
            self._threads = dict(threads)
            for slot in self._taken:
                if slot.worker not in threads and not slot.lost.done():
                    slot.lost.set_result(None)
            self._changed.notify_all()
            listener = self._listener
        listener(self.number)

    def close(self) -> None:
        """Give no more slots; threads that wait for one are informed."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()

    @contextlib.contextmanager
    def slot(
        self, *, alone: bool = False, avoided: Collection[str] = frozenset()
    ) -> Iterator[Slot]:
        """Wait for a slot, which is released at the end of the context.

        Args:
            alone: Whether no other page may be on the same worker. Later pages go to
                other workers, or wait.
            avoided: Workers that are used only if there are no others.

        Raises:
            NoWorkersError: There is no worker, and none came.
            Stopped: There are no more slots.
        """
        slot: Slot | None = None
        try:
            with self._heartbeats.resting():
                slot = self._take(alone, avoided)
            yield slot
        finally:
            with self._changed:
                self._alone.pop(threading.get_ident(), None)
                self._taken.difference_update([slot])
                self._changed.notify_all()

    def _take(self, alone: bool, avoided: Collection[str]) -> Slot:
        find = self._reserved_worker if alone else self._least_busy
        deadline = time.monotonic() + self._grace
        with self._changed:
            while (worker := find(avoided)) is None:
                if self._is_over:
                    raise Stopped
                if self._threads:
                    self._changed.wait()
                    deadline = time.monotonic() + self._grace
                elif not self._changed.wait(max(0.0, deadline - time.monotonic())):
                    raise NoWorkersError
            if self._is_over:
                raise Stopped
            slot = Slot(worker)
            self._taken.add(slot)
            return slot

    def _least_busy(self, avoided: Collection[str]) -> str | None:
        """Return the worker with the most free slots for its threads; None if all are full."""
        in_flight, kept = self._in_flight(), set(self._alone.values())
        usual = [worker for worker in self._threads if worker not in avoided] or self._threads
        free = {
            worker: self._threads[worker] + _AHEAD - in_flight[worker]
            for worker in usual
            if worker not in kept
        }
        best = max(free, key=lambda worker: free[worker] / self._threads[worker], default=None)
        return best if best is not None and free[best] > 0 else None

    def _reserved_worker(self, avoided: Collection[str]) -> str | None:
        """Reserve a worker for the page of this thread; return it as soon as it has no pages."""
        in_flight, me = self._in_flight(), threading.get_ident()
        if self._alone.get(me) not in self._threads:
            self._alone.pop(me, None)
            kept = set(self._alone.values())
            left = [worker for worker in self._threads if worker not in kept]
            usual = [worker for worker in left if worker not in avoided] or left
            if not usual:
                return None
            self._alone[me] = min(usual, key=lambda worker: in_flight[worker])
        return None if in_flight[self._alone[me]] else self._alone[me]

    def _in_flight(self) -> Counter[str]:
        return Counter(slot.worker for slot in self._taken)
