"""Accepts the clients of the listeners, within the limits."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from typing import TYPE_CHECKING

from ocr_watcher.service.web.bucket import Bucket
from ocr_watcher.service.web.server.connection import Connection

if TYPE_CHECKING:
    from uvicorn.config import Config
    from uvicorn.server import ServerState

    from ocr_watcher.service.web.server.limits import Limits

_log = logging.getLogger(__name__)

_JUDGE_SECONDS = 1.0
_FAULT_SECONDS = 1.0
_KERNEL_BYTES = 131_072
"""The bytes of an answer that the kernel keeps for a slow client (socket(7), SO_SNDBUF)."""


class Acceptor:
    """Accepts clients, and ends connections that take too long or are idle.

    If the limit of connections is reached, the connection that has been idle for longest is closed
    for a new one. If none is idle, the new one is closed.
    """

    def __init__(self, config: Config, state: ServerState, limits: Limits) -> None:
        """Begin without connections.

        Args:
            config: The settings of uvicorn, with the application.
            state: The state that all connections share.
            limits: The limits for clients.
        """
        self._config = config
        self._state = state
        self._limits = limits
        self._pace = Bucket(limits.connections_a_second, limits.connections_burst)
        self._came = asyncio.Event()

    @property
    def connections(self) -> list[Connection]:
        """The open connections."""
        return [each for each in self._state.connections if isinstance(each, Connection)]

    async def accept(self, listening: socket.socket) -> None:
        """Accept the clients of a listener until the task is cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            if wait := self._pace.take():
                await asyncio.sleep(wait)
            try:
                client, _ = await loop.sock_accept(listening)
            except OSError as error:  # no file descriptor is free, or the client left already
                _log.warning("the page accepts no client: %s", error.strerror)
                await asyncio.sleep(_FAULT_SECONDS)
                continue
            await self._take(client)

    async def judge(self) -> None:
        """End the connections that take too long, until the task is cancelled.

        It sleeps while there is no connection.
        """
        loop = asyncio.get_running_loop()
        while True:
            if not self._state.connections:
                self._came.clear()
                await self._came.wait()
            await asyncio.sleep(_JUDGE_SECONDS)
            now = loop.time()
            for connection in self.connections:
                connection.judge(now)

    async def _take(self, client: socket.socket) -> None:
        try:
            if self._has_room():
                await self._connect(client)
            else:
                client.close()
        except Exception:
            _log.exception("a fault of this program: the page did not accept a client")
            client.close()

    async def _connect(self, client: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        try:
            client.setblocking(False)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _KERNEL_BYTES)
            await loop.connect_accepted_socket(
                lambda: Connection(self._config, self._state, self._limits, loop), client
            )
        except OSError:  # the client left
            with contextlib.suppress(OSError):
                client.close()
        self._came.set()

    def _has_room(self) -> bool:
        if len(self._state.connections) < self._limits.connections:
            return True
        now = asyncio.get_running_loop().time()
        idle = [
            (since, connection)
            for connection in self.connections
            if (since := connection.gives_way_since(now)) is not None
        ]
        if not idle:
            return False
        _, oldest = min(idle, key=lambda each: each[0])
        oldest.abort()
        self._state.connections.discard(oldest)
        return True
