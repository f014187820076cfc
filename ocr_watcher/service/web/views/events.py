"""The events for browsers: a stream that reports when something has changed, but not what.

The browser then requests its page again. The format is that of server-sent events
(https://html.spec.whatwg.org/multipage/server-sent-events.html).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.routing import Route

from ocr_watcher.service.web.live import TooManyBrowsersError

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from ocr_watcher.service.web.live import Live, Waiter

_SOON = 0.2
"""The seconds from a change to its event, so that changes at the same time are one event."""
_APART = 0.5
"""The seconds between two events to a browser, times the number of browsers, so that many cost no
more than one.
"""
_QUIET = 30.0
"""The seconds without a change after which an event is sent anyway, as the plot of the page
moves."""
_SEND_SECONDS = 30.0
"""The longest time for a browser to receive an event, in seconds."""
_START = b"retry: 3000\n\n"
"""The milliseconds after which a browser connects again if it has lost the connection."""
_CHANGED = b"event: changed\ndata:\n\n"
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx passes each event on at once
]


def routes(live: Live) -> list[Route]:
    """Return the route of the stream.

    Args:
        live: The source of changes.
    """
    return [Route("/events", _Events(live), methods=["GET"])]


class _Events:
    """The application that answers with the stream, until the browser leaves or the page stops."""

    def __init__(self, live: Live) -> None:
        self._live = live

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "HEAD":  # which Starlette allows wherever GET is
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            await send({"type": "http.response.body"})
            return
        try:
            with self._live.waiter() as waiter:
                await self._stream(waiter, receive, send)
        except TooManyBrowsersError:
            raise HTTPException(
                503, "Too many browsers wait for changes.", {"Retry-After": "30"}
            ) from None

    async def _stream(self, waiter: Waiter, receive: Receive, send: Send) -> None:
        end = {asyncio.create_task(_gone(receive)), asyncio.create_task(waiter.let_go.wait())}
        try:
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            await _send(send, _START)
            while not _is_over(end):
                await _changed(waiter, end)
                if not _is_over(end):
                    await _send(send, _CHANGED)
                    await _pause(_APART * self._live.browsers, end)
            await _send(send, b"", more=False)
        except (OSError, TimeoutError):  # it has left, or receives nothing
            return
        finally:
            for task in end:
                task.cancel()
            await asyncio.wait(end)


async def _gone(receive: Receive) -> None:
    """Wait until the browser has left."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _changed(waiter: Waiter, end: set[asyncio.Task[Any]]) -> None:
    """Wait for a change and those that follow at once, for the end, or for the longest time."""
    change = asyncio.create_task(waiter.changed())
    try:
        await asyncio.wait({change, *end}, timeout=_QUIET, return_when=asyncio.FIRST_COMPLETED)
    finally:
        change.cancel()
    await _pause(_SOON, end)


async def _pause(seconds: float, end: set[asyncio.Task[Any]]) -> None:
    await asyncio.wait(end, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)


def _is_over(end: set[asyncio.Task[Any]]) -> bool:
    return any(task.done() for task in end)


async def _send(send: Send, body: bytes, *, more: bool = True) -> None:
    async with asyncio.timeout(_SEND_SECONDS):
        await send({"type": "http.response.body", "body": body, "more_body": more})
