"""The budget of bytes that all workers together may hold of files at the same time."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from typing import TYPE_CHECKING

from ocr_watcher.errors import Stopped
from ocr_watcher.threads.heartbeat import Heartbeats

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHARE = 4
"""The divisor of the memory: the budget is a fourth. The models and the processes that decode need
the rest."""
_LEAST, _MOST = 64 * 2**20, 512 * 2**20
"""The bounds of the budget, in bytes. With the lower bound, large files are read one after the
other. A budget above the upper bound would only hold files that wait for a call."""

_LARGEST_BODY = 16 * 2**20
"""The largest body of a call, in bytes; every engine accepts less."""


def budget_for(memory: int) -> int:
    """Return the budget in bytes for a process, given the memory that it may use."""
    return max(_LEAST, min(_MOST, memory // _SHARE))


def held_for(size: int) -> int:
    """Return the bytes that a worker holds for a file: its content, and one encoded page.

    A page is encoded in base64 and escaped, which makes it one and a half times as long.

    Args:
        size: The size of the file, in bytes.
    """
    return size + min(size, _LARGEST_BODY) * 3 // 2


class ByteBudget:
    """A limit on the bytes that all workers hold together; a worker that needs more waits.

    Workers are served in the order of their requests, so that small files cannot delay a large one
    for ever, nor the reverse. A file that is larger than the whole budget is held alone.
    """

    def __init__(self, total: int, heartbeats: Heartbeats | None = None) -> None:
        """Create a budget of which nothing is taken.

        Args:
            total: The number of bytes.
            heartbeats: The heartbeats of the threads, which rest while they wait here.
        """
        self._total = total
        self._heartbeats = heartbeats or Heartbeats()
        self._changed = threading.Condition()
        self._queue: deque[object] = deque()
        self._free = total
        self._closed = False

    @contextlib.contextmanager
    def taken(self, amount: int) -> Iterator[None]:
        """Wait for a number of bytes, and hold them until the context ends.

        Raises:
            Stopped: The budget was closed before.
        """
        amount = min(amount, self._total)
        with self._heartbeats.resting():
            self._take(amount)
        try:
            yield
        finally:
            with self._changed:
                self._free += amount
                self._changed.notify_all()

    def close(self) -> None:
        """End every wait, now and later, with `Stopped`."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _take(self, amount: int) -> None:
        ticket = object()
        with self._changed:
            self._queue.append(ticket)
            try:
                self._changed.wait_for(
                    lambda: self._closed or (self._queue[0] is ticket and amount <= self._free)
                )
                if self._closed:
                    raise Stopped
                self._free -= amount
            finally:
                self._queue.remove(ticket)
                self._changed.notify_all()
