"""The turns in which the pages of several threads are read."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

from ocr_watcher.errors import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr_watcher.threads.heartbeat import Heartbeats


class Turns:
    """Gives a bounded number of turns at once, or one turn without any other.

    Args:
        most: The most turns at once.
        heartbeats: The heartbeats of the threads; a thread's rests while it waits for its turn.

    Attributes:
        is_over: Whether there are no more turns.
    """

    def __init__(self, most: int, heartbeats: Heartbeats) -> None:
        self._most = most
        self._heartbeats = heartbeats
        self._changed = threading.Condition()
        self._taken = 0
        self._is_one_alone = False
        self._wait_to_be_alone = 0
        self.is_over = False

    @contextlib.contextmanager
    def turn(self, *, alone: bool = False) -> Iterator[None]:
        """Wait for a turn, and end it with the context.

        Args:
            alone: Whether there must be no other turn at the same time. All threads that ask for a
                turn later wait.

        Raises:
            Stopped: There are no more turns.
        """
        with self._heartbeats.resting():
            self._begin(alone)
        try:
            yield
        finally:
            self._end()

    def close(self) -> None:
        """Begin no more turns; threads that wait for one get `Stopped`."""
        with self._changed:
            self.is_over = True
            self._changed.notify_all()

    def _begin(self, alone: bool) -> None:
        with self._changed:
            self._wait_to_be_alone += alone
            try:
                self._changed.wait_for(lambda: self.is_over or self._may_begin(alone))
            finally:
                self._wait_to_be_alone -= alone
            if self.is_over:
                raise Stopped
            self._taken += 1
            self._is_one_alone = alone

    def _may_begin(self, alone: bool) -> bool:
        if alone:
            return self._taken == 0
        return self._taken < self._most and not (self._is_one_alone or self._wait_to_be_alone)

    def _end(self) -> None:
        with self._changed:
            self._taken -= 1
            self._is_one_alone = False  # the one that is alone ends as the only one
            self._changed.notify_all()
