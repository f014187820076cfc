"""Limits the requests of all clients together."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ocr_watcher.service.web.bucket import Bucket
from ocr_watcher.service.web.guards.answer import CLOSE, answer

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from ocr_watcher.service.web.server.limits import Limits

_SOON = (b"retry-after", b"1")


class RequestRate:
    """Limits the requests a second, and those that are answered at the same time.

    Every request counts, also one that a client sends on a connection before it has the last
    answer. A request that comes a little too early is delayed. Other excess requests are refused,
    and their connection ends. A request counts until its work has ended, even if its client has
    left.
    """

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        """Put the guard before an application.

        Args:
            app: The application.
            limits: The limits for clients.
        """
        self._app = app
        self._limits = limits
        self._bucket = Bucket(limits.requests_a_second, limits.requests_burst)
        self._inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        wait = self._bucket.take(self._limits.delay_seconds)
        if wait is None:
            await answer(send, 429, "There are too many requests; try again soon.", CLOSE, _SOON)
            return
        if self._inside >= self._limits.requests:
            await answer(send, 503, "The page is busy; try again soon.", CLOSE, _SOON)
            return
        self._inside += 1
        try:
            if wait:
                await asyncio.sleep(wait)
            await self._app(scope, receive, send)
        finally:
            self._inside -= 1
