"""Sends the browsers that show the page a sign that something has changed."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING

from ocr_watcher.events.model import (
    AttemptEnded,
    FolderScanned,
    ImageQueued,
    PageBegan,
    PauseChanged,
    RetryPutOff,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ocr_watcher.events.bus import EventBus

MOST_BROWSERS = 20
"""The most browsers that are told of changes at the same time."""
_SHOWN = (ImageQueued, PageBegan, AttemptEnded, RetryPutOff, PauseChanged, FolderScanned)
"""The events that change what the page shows."""


class TooManyBrowsersError(Exception):
    """The limit of browsers that are told of changes is reached."""


class Waiter:
    """One browser that waits for a change.

    Attributes:
        let_go: The event that ends the wait because the server is about to stop.
    """

    def __init__(self) -> None:
        """Create it on the thread of its event loop."""
        self._loop = asyncio.get_running_loop()
        self._changed = asyncio.Event()
        self._is_woken = False
        self.let_go = asyncio.Event()

    def wake(self) -> None:
        """Wake it, from any thread; further calls have no effect until `changed` returns."""
        if not self._is_woken:
            self._is_woken = True
            self._call(self._changed.set)

    def release(self) -> None:
        """End its wait because the server stops, from any thread."""
        self._call(self.let_go.set)

    async def changed(self) -> None:
        """Wait for a change since the last call."""
        await self._changed.wait()
        self._changed.clear()
        self._is_woken = False  # a change from here on wakes it again

    def _call(self, function: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(function)


class Live:
    """The browsers that wait for a change. A browser requests the changed content itself."""

    def __init__(self) -> None:
        """Begin without browsers."""
        self._lock = threading.Lock()
        self._waiters: frozenset[Waiter] = frozenset()
        self._closed = False

    @property
    def browsers(self) -> int:
        """The number of browsers that wait."""
        return len(self._waiters)

    def attach(self, bus: EventBus) -> None:
        """Report the changes of a pipeline as well."""
        for kind in _SHOWN:
            bus.listen(kind, self._happened)

    def changed(self) -> None:
        """Wake all browsers, from any thread, without a wait."""
        for waiter in self._waiters:
            waiter.wake()

    @contextlib.contextmanager
    def waiter(self) -> Iterator[Waiter]:
        """Return the waiter of one browser, which is valid until the context ends.

        Raises:
            TooManyBrowsersError: The limit is reached, or the server is about to stop.
        """
        waiter = Waiter()
        with self._lock:
            if self._closed or len(self._waiters) >= MOST_BROWSERS:
                raise TooManyBrowsersError
            self._waiters |= {waiter}
        try:
            yield waiter
        finally:
            with self._lock:
                self._waiters -= {waiter}

    def close(self) -> None:
        """End the wait of all browsers, from any thread; may be called again."""
        with self._lock:
            self._closed = True
            waiters = self._waiters
        for waiter in waiters:
            waiter.release()

    def _happened(self, _: object) -> None:
        self.changed()
