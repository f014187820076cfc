"""An event loop on a thread of its own, for Dask's client."""

from __future__ import annotations

import asyncio
import logging
import threading
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any, TypeVar

from ocr_watcher.errors import Stopped
from ocr_watcher.threads.expendable import ExpendableThread

if TYPE_CHECKING:
    from collections.abc import Coroutine

_log = logging.getLogger(__name__)

_Value = TypeVar("_Value")

_END_SECONDS = 5.0


class EventLoop:
    """An event loop that runs from the first call to `close`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_over = False
        self._thread: ExpendableThread | None = None

    def call(self, coroutine: Coroutine[Any, Any, _Value]) -> _Value:
        """Run a coroutine on the loop, and wait for its end.

        Raises:
            Stopped: The loop was closed.
        """
        loop = self._running()
        if loop is None:
            coroutine.close()
            raise Stopped
        try:
            return asyncio.run_coroutine_threadsafe(coroutine, loop).result()
        except CancelledError:
            raise Stopped from None

    def close(self) -> None:
        """Cancel all tasks of the loop, and end it."""
        with self._lock:
            loop, self._loop, self._is_over = self._loop, None, True
        if loop is None or self._thread is None:
            return
        loop.call_soon_threadsafe(loop.stop)
        self._thread.join(_END_SECONDS)

    def _running(self) -> asyncio.AbstractEventLoop | None:
        with self._lock:
            if self._loop is None and not self._is_over:
                self._loop = asyncio.new_event_loop()
                self._thread = ExpendableThread(lambda: _run(loop), name="cluster")
                loop = self._loop
                self._thread.start()
            return self._loop


def _note(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log the error of a task of Dask that nobody waits for.

    If the network fails, Dask leaves such tasks behind. The caller has received the error already.
    """
    _log.debug("a task of the cluster's client failed: %s", context.get("exception"))


def _run(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    loop.set_exception_handler(_note)
    try:
        loop.run_forever()
    finally:
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
