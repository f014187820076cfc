"""An adapter for `requests` whose answers were asked for, and are complete by a deadline.

A read timeout limits only the time without any data: a peer that sends one byte every few seconds
would hold a worker for hours. So each read of a socket is limited by the time that is left for the
whole answer with its headers, in the one function that makes all reads.

On a kept connection, a hostile peer or a broken proxy may send an answer that belongs to no
request: it would become the text of the next image, and each later one that of the image before.
So a connection is used again only where nothing was left behind the last answer and nothing has
come since, and sending stops where the peer speaks before it has the whole request. Nothing can
tell an answer that comes after the last byte was handed to the kernel, but before it was read.
"""

from __future__ import annotations

import contextlib
import io
import select
import socket
import time
from http.client import HTTPResponse
from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ProtocolError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from urllib3 import HTTPResponse as Response
    from urllib3 import PoolManager
    from urllib3.connectionpool import ConnectionPool

_OK = 200

_WHOLE_ANSWER = 2
"""An answer must be complete within this many read timeouts."""


class DeadlineAdapter(HTTPAdapter):
    """`HTTPAdapter` for one host, which ends an answer that takes too long.

    That is over twice its read timeout.
    """

    _pool: ConnectionPool | None = None

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> ConnectionPool:
        """Return the pool of connections: there is one host, so it is chosen once."""
        if self._pool is None:
            self._pool = super().get_connection_with_tls_context(*args, **kwargs)
        return self._pool

    def close(self) -> None:
        """Close the connections, which urllib3 does once nobody holds their pool."""
        self._pool = None
        super().close()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools for direct connections."""
        super().init_poolmanager(*args, **kwargs)
        _use_deadlines(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> PoolManager:
        """Make the pools for connections through a proxy."""
        manager: PoolManager = super().proxy_manager_for(*args, **kwargs)
        _use_deadlines(manager)
        return manager


class _DeadlineReader(io.RawIOBase):
    """A stream that reads a socket as long as its timeout and the deadline allow.

    Attributes:
        ended: Whether the answer is at its end; then nothing more is read.
    """

    def __init__(self, raw: io.RawIOBase, connection: socket.socket) -> None:
        self._raw = raw
        self._connection = connection
        self.ended = False
        # Never absent: the client sets both timeouts of every call.
        self._timeout = connection.gettimeout() or 0.0
        self._deadline = time.monotonic() + _WHOLE_ANSWER * self._timeout

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        if self.ended:
            return 0
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


class _Buffer(io.BufferedReader):
    """A reader ahead; where it has read beyond the answer, the connection is not used again."""

    def __init__(self, raw: _DeadlineReader, connection: socket.socket) -> None:
        super().__init__(raw)
        self._reader = raw
        self._connection = connection

    def close(self) -> None:
        if not self.closed:
            self._reader.ended = True  # so that peeking shows what is left, and waits for nothing
            if self.peek():
                with contextlib.suppress(OSError):
                    # Seen as closed by its pool, which then opens another.
                    self._connection.shutdown(socket.SHUT_RDWR)
        super().close()


class _DeadlineResponse(HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = _Buffer(_DeadlineReader(self.fp.detach(), sock), sock)


class UnaskedAnswerError(ProtocolError):
    """A peer answered before it had the whole request."""


class _Connection(HTTPConnection):
    """A connection whose peer speaks when it is asked."""

    response_class = _DeadlineResponse
    _used: Any = None  # the socket that an answer came from
    _interrupted = False
    _ear: select.poll | None = None  # of the socket, made once: it is asked before each piece

    @property
    def is_connected(self) -> bool:
        """Return whether it can be used again: its pool opens it anew where it cannot."""
        return super().is_connected and not self._interrupted and not self._hears()

    def connect(self) -> None:
        """Connect, which makes it as good as new."""
        self._interrupted, self._ear = False, None
        super().connect()
        self._ear = select.poll()
        self._ear.register(self.sock, select.POLLIN)

    def send(self, data: Any) -> None:
        """Send a part of a request.

        Raises:
            BrokenPipeError: The peer speaks already. The sender takes that for the end of the
                request, and reads what the peer says, be it that the request is too large.
        """
        if self.sock is not None and self._listens() and self._hears():
            self._interrupted = True
            raise BrokenPipeError
        super().send(data)

    def getresponse(self) -> Response:  # type: ignore[override]
        """Read the head of an answer.

        Raises:
            UnaskedAnswerError: It is a success of a request that was not sent whole.
        """
        response = super().getresponse()
        self._used = self.sock
        if self._interrupted and response.status == _OK:
            response.close()
            raise UnaskedAnswerError
        return response

    def _hears(self) -> bool:
        """Return whether the peer has said something that nobody has read."""
        pending = getattr(self.sock, "pending", None)  # what TLS has decrypted
        return bool(pending and pending()) or bool(self._ear and self._ear.poll(0))

    def _listens(self) -> bool:
        """Return whether what comes is no part of a TLS handshake (RFC 8446, section 4.6)."""
        return self.sock is self._used or not hasattr(self.sock, "pending")


class _SecureConnection(_Connection, HTTPSConnection):
    """The same over TLS."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


def _use_deadlines(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
