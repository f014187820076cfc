"""The thread that serves the page."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from typing import TYPE_CHECKING

import anyio.to_thread
from uvicorn.config import Config
from uvicorn.server import ServerState

from ocr_watcher.logs.fields import fields
from ocr_watcher.service.web.server.acceptor import Acceptor
from ocr_watcher.service.web.server.connection import Connection
from ocr_watcher.service.web.server.limits import Limits
from ocr_watcher.threads.expendable import ExpendableThread
from ocr_watcher.threads.urgency import make_less_urgent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from starlette.types import ASGIApp

    from ocr_watcher.service.web.server.listeners import Listener

_log = logging.getLogger(__name__)

_NICE = 15
"""The niceness of the thread: if busy, it takes at most a thirtieth of a processor from the models
(sched(7))."""
_RETRY_SECONDS = 15.0
_GRACE_SECONDS = 1.0
"""The seconds for the end of the thread itself, after the time for running answers."""

Listeners = list["Listener"]


class WebServer:
    """Serves an application on a thread of its own, at a low priority, until it is asked to end.

    An address that cannot be used is logged once and tried again every 15 seconds. The work goes on
    without the page meanwhile.
    """

    def __init__(
        self,
        app: ASGIApp,
        open_listeners: Callable[[], Sequence[Listener]],
        *,
        limits: Limits | None = None,
        ending: Callable[[], object] = lambda: None,
    ) -> None:
        """Create the thread without starting it.

        Args:
            app: The application, which speaks ASGI.
            open_listeners: A function that opens the listeners; its `OSError` is logged.
            limits: The limits for clients.
            ending: Called on the thread of the event loop when it is to end, so that endless
                answers end as well.
        """
        self._app = app
        self._open_listeners = open_listeners
        self._limits = limits or Limits()
        self._ending = ending
        self._lock = threading.Lock()
        self._is_ending = threading.Event()
        self._end: Callable[[], object] = lambda: None
        self._state = ServerState()
        self._thread = ExpendableThread(self._run, name="page")
        self.names: tuple[str, ...] = ()

    @property
    def is_serving(self) -> bool:
        """Whether its thread runs, and was not asked to end."""
        return self._thread.is_alive() and not self._is_ending.is_set()

    @property
    def connections(self) -> int:
        """The number of connections that are open."""
        return len(self._state.connections)

    def start(self) -> None:
        """Start to serve."""
        self._thread.start()

    def ask_to_end(self) -> None:
        """Close the listeners and ask running answers to end, without a wait."""
        self._is_ending.set()
        with self._lock, contextlib.suppress(RuntimeError):  # the event loop has ended
            self._end()

    def join(self) -> bool:
        """Wait for the end, for a bounded time.

        Returns:
            Whether the thread has ended. Otherwise it is left behind.
        """
        self._thread.join(self._limits.end_seconds + _GRACE_SECONDS)
        return not self._thread.is_alive()

    def _run(self) -> None:
        make_less_urgent(_NICE)
        listeners = self._opened()
        try:
            if listeners:
                self.names = tuple(each.name for each in listeners)
                asyncio.run(self._serve(listeners))
        except Exception as error:
            _log.exception("the page has ended by a fault of this program", exc_info=error)
        finally:
            self.names = ()
            for listener in listeners:
                listener.close()

    def _opened(self) -> Listeners:
        told = ""
        while not self._is_ending.is_set():
            try:
                return list(self._open_listeners())
            except OSError as error:
                fault = error.strerror or type(error).__name__
                if fault != told:
                    _log.error(
                        "the page cannot be served, and the work goes on: %s",
                        fault,
                        extra=fields(address=error.filename or ""),
                    )
                told = fault
            self._is_ending.wait(_RETRY_SECONDS)
        return []

    async def _serve(self, listeners: Listeners) -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(_log_fault)
        anyio.to_thread.current_default_thread_limiter().total_tokens = self._limits.threads
        end = asyncio.Event()
        with self._lock:
            self._end = lambda: loop.call_soon_threadsafe(end.set)
        state = self._state
        acceptor = Acceptor(self._config(), state, self._limits)
        tasks = [loop.create_task(acceptor.accept(each.socket)) for each in listeners]
        tasks.append(loop.create_task(acceptor.judge()))
        _log.info("the page is served", extra=fields(address=", ".join(self.names)))
        if self._is_ending.is_set():
            end.set()
        ended = loop.create_task(end.wait())
        await asyncio.wait([ended, *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        faults = await asyncio.gather(*tasks, return_exceptions=True)
        for listener in listeners:
            listener.close()
        self._ending()
        await self._end_answers(acceptor, state)
        for fault in faults:
            if isinstance(fault, Exception):
                raise fault

    async def _end_answers(self, acceptor: Acceptor, state: ServerState) -> None:
        """Give running answers a while, then end them."""
        for connection in acceptor.connections:
            connection.shutdown()
        running = set(state.tasks)
        if running:
            await asyncio.wait(running, timeout=self._limits.end_seconds)
        await asyncio.sleep(0)
        for connection in acceptor.connections:
            connection.abort()
        for task in set(state.tasks):
            task.cancel()
        await asyncio.sleep(0)

    def _config(self) -> Config:
        limits = self._limits
        config = Config(
            self._app,
            http=Connection,
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            log_level="critical",  # no client may decide what is logged
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=limits.idle_seconds,
            h11_max_incomplete_event_size=limits.head_bytes,
        )
        config.load()
        return config


def _log_fault(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error = context.get("exception")
    if isinstance(error, OSError):  # of a connection whose client is gone
        return
    _log.error("a fault of this program in the page: %s", context.get("message"), exc_info=error)
