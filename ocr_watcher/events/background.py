"""A listener that may be slow, on a thread of its own."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from ocr_watcher.logs.fields import fields
from ocr_watcher.threads.expendable import ExpendableThread

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger(__name__)

MOST_EVENTS = 1000
"""The largest number of events that wait for a listener."""


class BackgroundListener:
    """A listener that queues events and calls another listener with them, on a thread of its own.

    The publisher never waits. If the other listener does not keep up, events are dropped, which is
    logged once. If it hangs, its thread is left behind.
    """

    def __init__(
        self, listener: Callable[[Any], object], *, name: str, most: int = MOST_EVENTS
    ) -> None:
        """Start the thread.

        Args:
            listener: The other listener, which must not raise.
            name: Its name in the log.
            most: The largest number of events that wait for it.
        """
        self._listener = listener
        self._name = name
        self._most = most
        self._changed = threading.Condition()
        self._waiting: deque[object] = deque()
        self._dropped = 0
        self._closed = False
        self._left_behind = False
        self._thread = ExpendableThread(self._run, name=f"listener {name}")
        self._thread.start()

    def __call__(self, event: object) -> None:
        """Queue an event, or drop it if too many wait."""
        with self._changed:
            if self._closed:
                return
            if len(self._waiting) < self._most:
                self._waiting.append(event)
                self._changed.notify()
                return
            self._dropped += 1
            is_first = self._dropped == 1
        if is_first:
            _log.warning(
                "a listener does not keep up, so events are dropped for it",
                extra=fields(listener=self._name, waiting=self._most),
            )

    @property
    def dropped(self) -> int:
        """The number of events that were dropped."""
        with self._changed:
            return self._dropped

    def close(self) -> None:
        """Accept no more events; the thread ends after those that wait."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def join(self, deadline: float) -> bool:
        """Wait for the end of the thread.

        Args:
            deadline: A time of `time.monotonic`.

        Returns:
            Whether it ended in time; otherwise it is left behind, and that is logged.
        """
        if self._left_behind:
            return False
        self._thread.join(max(0.0, deadline - time.monotonic()))
        if not self._thread.is_alive():
            return True
        self._left_behind = True
        with self._changed:
            lost = len(self._waiting)
        _log.warning(
            "a listener did not end in time and is left behind",
            extra=fields(listener=self._name, events_lost=lost + self._dropped),
        )
        return False

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closed)
                if not self._waiting:
                    return
                event = self._waiting.popleft()
            self._listener(event)
