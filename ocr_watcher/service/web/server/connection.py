"""The HTTP connection of one client: uvicorn's protocol, which never waits for ever."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from ocr_watcher.service.web.guards.headers import HEADERS

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send
    from uvicorn.config import Config
    from uvicorn.server import ServerState

    from ocr_watcher.service.web.server.limits import Limits

_REFUSALS = {
    400: (b"Bad Request", b"This is no HTTP request.\n"),
    431: (b"Request Header Fields Too Large", b"The head of the request is too large.\n"),
    501: (b"Not Implemented", b"This transfer coding is not known.\n"),
}
_LITTLE_STALL = 2.0
"""The seconds after which a client that reads nothing makes room for others."""


class Connection(H11Protocol):
    """A client's connection.

    uvicorn ends it some seconds after an answer if no other request begins. `judge` is called every
    second, and ends a connection if a head, a body, or the sending of an answer takes too long.
    """

    def __init__(
        self,
        config: Config,
        state: ServerState,
        limits: Limits,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        """Create the protocol of a connection that is about to be made.

        Args:
            config: The settings of uvicorn, with the application.
            state: The state that all connections share.
            limits: The limits for a client.
            loop: The event loop.
        """
        super().__init__(config, state, {}, loop)
        self._limits = limits
        self._page: Any = self.app
        self.app = self._answer
        self._idle_since = loop.time()
        self._asked_since = 0.0
        self._stalled_since: float | None = None
        self._asked: object = None

    @property
    def is_idle(self) -> bool:
        """Whether no request is being answered."""
        cycle: Any = self.cycle  # None before the first request, against its annotation
        return cycle is None or bool(cycle.response_complete)

    def gives_way_since(self, now: float) -> float | None:
        """Return the time since which it waits for its client; None while a request is answered.

        A connection that waits may be closed for another client.

        Args:
            now: The time of the event loop.
        """
        self._note_stall(now)
        if self._stalled_since is not None:
            return self._stalled_since if now - self._stalled_since >= _LITTLE_STALL else None
        if self.is_idle:
            return self._idle_since
        return self._asked_since if self.cycle.more_body else None

    def judge(self, now: float) -> None:
        """End the connection if its client has taken too long.

        Args:
            now: The time of the event loop.
        """
        limits = self._limits
        self._note_stall(now)
        if self._stalled_since is not None:
            is_late = now - self._stalled_since > limits.stall_seconds
        elif self.is_idle:
            is_late = now - self._idle_since > limits.head_seconds
        else:
            is_late = self.cycle.more_body and now - self._asked_since > limits.body_seconds
        if is_late:
            self.abort()

    def abort(self) -> None:
        """End the connection at once; data that is not sent is lost."""
        if self.transport is not None:
            self.transport.abort()

    def handle_events(self) -> None:
        """Handle what was received, and note when a request began."""
        super().handle_events()
        if self.cycle is not self._asked:
            self._asked = self.cycle
            self._asked_since = self.loop.time()

    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        self._idle_since = self.loop.time()
        super().on_response_complete()

    def resume_writing(self) -> None:
        """Continue an answer after the client has read a part of it."""
        self._stalled_since = None
        super().resume_writing()

    def shutdown(self) -> None:
        """End the connection after the answer that is under way.

        uvicorn's method would raise if the client has begun a request, or sent an invalid one.
        """
        if self.is_idle:
            self.transport.close()
        else:
            self.cycle.keep_alive = False

    def timeout_keep_alive_handler(self) -> None:
        """End the connection, as no other request came."""
        self.transport.close()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  uvicorn's only one
        """Refuse an invalid HTTP request, and end the connection.

        The status comes from h11's error, which uvicorn is handling when it calls this. If the body
        of a request is invalid, the page may still answer, but nobody receives that answer.
        """
        if self.conn.our_state not in {h11.IDLE, h11.SEND_RESPONSE}:
            self.abort()
            return
        if not self.is_idle:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        status = getattr(sys.exception(), "error_status_hint", 400)
        reason, text = _REFUSALS.get(status, _REFUSALS[400])
        headers: list[Any] = [
            *HEADERS,
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(text)).encode()),
            (b"connection", b"close"),
        ]
        response = h11.Response(status_code=status, headers=headers, reason=reason)
        for event in (response, h11.Data(data=text), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request until its client leaves.

        uvicorn drops data for a client that has left, so an endless answer would never stop by
        itself.
        """
        cycle = self.cycle

        async def send_to_somebody(message: Message) -> None:
            if cycle.disconnected:
                raise asyncio.CancelledError
            await send(message)

        await self._page(scope, receive, send_to_somebody)

    def _note_stall(self, now: float) -> None:
        if not self.transport.get_write_buffer_size():
            self._stalled_since = None
        elif self._stalled_since is None:
            self._stalled_since = now
