"""An event loop on a thread of its own, for Dask's client."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, TypeVar

from ocr_watcher.threads.expendable import ExpendableThread

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

_Value = TypeVar("_Value")

_END_SECONDS = 5.0


class EventLoop:
    """An event loop that runs from the first call to `close`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: ExpendableThread | None = None

    def call(self, coroutine: Coroutine[Any, Any, _Value]) -> _Value:
        """Run a coroutine on the loop, and wait for its end.

        Raises:
            CancelledError: The loop was closed meanwhile.
        """
        return asyncio.run_coroutine_threadsafe(coroutine, self._running()).result()

    def close(self) -> None:
        """Cancel what runs on the loop, and end it."""
        with self._lock:
            loop, self._loop = self._loop, None
        if loop is None or self._thread is None:
            return
        loop.call_soon_threadsafe(loop.stop)
        self._thread.join(_END_SECONDS)

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = ExpendableThread(lambda: _run(loop), name="cluster")
                loop = self._loop
                self._thread.start()
            return self._loop


def _run(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
    finally:
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
