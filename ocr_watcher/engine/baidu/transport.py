"""An adapter for `requests` whose answers must be complete by a deadline.

A read timeout ends a silence, not a drip: a peer that sends one byte every few seconds would hold
a worker for hours. So each read of a socket is bounded by what is left of the whole answer's time,
headers included, at the one place through which all of them pass.
"""

from __future__ import annotations

import io
import time
from http.client import HTTPResponse
from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

if TYPE_CHECKING:
    import socket

    from _typeshed import WriteableBuffer
    from urllib3 import PoolManager
    from urllib3.connectionpool import ConnectionPool

_WHOLE_ANSWER = 2
"""An answer must be complete within this many read timeouts."""


class DeadlineAdapter(HTTPAdapter):
    """Sends to one host as `HTTPAdapter` does, but ends an answer that takes too long.

    That is over twice its read timeout.
    """

    _pool: ConnectionPool | None = None

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> ConnectionPool:
        """Gives the pool of connections: there is one host, so it is chosen once."""
        if self._pool is None:
            self._pool = super().get_connection_with_tls_context(*args, **kwargs)
        return self._pool

    def close(self) -> None:
        """Closes the connections, which urllib3 does once nobody holds their pool."""
        self._pool = None
        super().close()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Makes the pools for direct connections."""
        super().init_poolmanager(*args, **kwargs)
        _use_deadlines(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> PoolManager:
        """Makes the pools for connections through a proxy."""
        manager: PoolManager = super().proxy_manager_for(*args, **kwargs)
        _use_deadlines(manager)
        return manager


class _DeadlineReader(io.RawIOBase):
    """Reads a socket as long as its timeout and the deadline allow."""

    def __init__(self, raw: io.RawIOBase, connection: socket.socket) -> None:
        self._raw = raw
        self._connection = connection
        # Never absent: the client sets both timeouts of every call.
        self._timeout = connection.gettimeout() or 0.0
        self._deadline = time.monotonic() + _WHOLE_ANSWER * self._timeout

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if left >= self._timeout:
            return self._raw.readinto(buffer)
        self._connection.settimeout(left)
        try:
            return self._raw.readinto(buffer)
        finally:
            # The connection is used again, and the next request begins with this timeout.
            self._connection.settimeout(self._timeout)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _DeadlineResponse(HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_DeadlineReader(self.fp.detach(), sock))


class _Connection(HTTPConnection):
    response_class = _DeadlineResponse


class _SecureConnection(HTTPSConnection):
    response_class = _DeadlineResponse


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


def _use_deadlines(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
