"""A bounded queue for logs, so that a standard error that nobody reads blocks no thread."""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import threading
import time

_MOST_RECORDS = 1000
_FLUSH_SECONDS = 1.0
_STANDARD_ERROR = 2


class LogQueue(logging.Handler):
    """A handler that never waits, as a thread of its own writes the events.

    A write to a full pipe waits until somebody reads (pipe(7)). Only the thread of this handler
    waits. Events that find no room in the queue meanwhile are dropped and counted.
    """

    def __init__(
        self,
        target: logging.Handler,
        *,
        descriptor: int = _STANDARD_ERROR,
        most: int = _MOST_RECORDS,
    ) -> None:
        """Start the thread.

        Args:
            target: The handler whose filters and format apply to the lines. It writes nothing
                itself: its lock would be held for as long as a write waits, and `logging.shutdown`
                takes that lock.
            descriptor: The descriptor that the lines are written to.
            most: The greatest number of events in the queue.
        """
        super().__init__()
        self._target = target
        self._descriptor = descriptor
        self._queue: queue.Queue[logging.LogRecord | None] = queue.Queue(most)
        self._dropped = 0
        self._thread = threading.Thread(target=self._run, name="logging", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Put an event into the queue, or drop it where there is no room."""
        try:
            self._queue.put_nowait(record)
        except queue.Full:
            self._dropped += 1

    def end(self, within: float) -> bool:
        """Write the events in the queue, then end the thread.

        Args:
            within: The longest time in seconds; events that are not written by then are lost.

        Returns:
            Whether all events were written.
        """
        deadline = time.monotonic() + within
        with contextlib.suppress(queue.Full):
            self._queue.put(None, timeout=within)
            self._thread.join(max(0.0, deadline - time.monotonic()))
        return not self._thread.is_alive()

    def close(self) -> None:
        """Write the events in the queue for at most a second, and end the thread."""
        self.end(_FLUSH_SECONDS)
        super().close()

    def _run(self) -> None:
        while (record := self._queue.get()) is not None:
            dropped, self._dropped = self._dropped, 0
            if self._target.filter(record):
                self._write(record)
            if dropped:
                self._write(_of_dropped(dropped))

    def _write(self, record: logging.LogRecord) -> None:
        line = (self._target.format(record) + "\n").encode("utf-8", "backslashreplace")
        with contextlib.suppress(OSError):  # closed or full: there is no way to report it
            while line:
                line = line[os.write(self._descriptor, line) :]


def _of_dropped(count: int) -> logging.LogRecord:
    message = "log lines were dropped, as nobody read them in time"
    record = logging.LogRecord(__name__, logging.WARNING, "", 0, message, (), None)
    record.fields = {"dropped": count}
    return record
