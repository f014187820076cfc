"""An adapter for `requests` with a deadline, which accepts no answers that were not requested.

A read timeout limits only the time without any data. A peer that sends one byte every few seconds
could hold a worker for hours. Each read of a socket is therefore limited by the time that is left
for the whole answer with its headers, in the one function that makes all reads.

On a kept connection, a hostile peer or a broken proxy may send an answer that belongs to no
request. It would become the text of the next image, and every later image would get the text of the
one before. A connection is therefore used again only if no data followed the last answer. Sending
stops if the peer answers before it has the whole request. An answer that arrives after the last
byte was passed to the kernel, but before the peer read it, cannot be detected.
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
"""The number of read timeouts within which an answer must be complete."""


class DeadlineAdapter(HTTPAdapter):
    """An `HTTPAdapter` for one host, which ends an answer after twice the read timeout."""

    _pool: ConnectionPool | None = None

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> ConnectionPool:
        """Return the pool of connections, which is chosen once, as there is only one host."""
        if self._pool is None:
            self._pool = super().get_connection_with_tls_context(*args, **kwargs)
        return self._pool

    def close(self) -> None:
        """Drop the pool of connections; urllib3 then closes them."""
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
    """A stream that reads a socket until its timeout or the deadline.

    Attributes:
        ended: Whether the answer has ended; then nothing more is read.
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
    """A buffered reader; if it has read beyond the answer, the connection is not used again."""

    def __init__(self, raw: _DeadlineReader, connection: socket.socket) -> None:
        super().__init__(raw)
        self._reader = raw
        self._connection = connection

    def close(self) -> None:
        if not self.closed:
            self._reader.ended = True  # so that peeking shows the rest, without a wait
            if self.peek():
                with contextlib.suppress(OSError):
                    # Its pool considers it closed, and opens another one.
                    self._connection.shutdown(socket.SHUT_RDWR)
        super().close()


class _DeadlineResponse(HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = _Buffer(_DeadlineReader(self.fp.detach(), sock), sock)


class UnaskedAnswerError(ProtocolError):
    """The peer answered before it had the whole request."""


class _Connection(HTTPConnection):
    """A connection whose peer may only answer requests."""

    response_class = _DeadlineResponse
    _used: Any = None  # the socket that an answer came from
    _interrupted = False
    _poll: select.poll | None = None  # of the socket, created once: it is used for each piece

    @property
    def is_connected(self) -> bool:
        """Return whether it can be used again; if not, its pool opens a new connection."""
        return super().is_connected and not self._interrupted and not self._has_unread_data()

    def connect(self) -> None:
        """Connect, and reset the state of the connection."""
        self._interrupted, self._poll = False, None
        super().connect()
        self._poll = select.poll()
        self._poll.register(self.sock, select.POLLIN)

    def send(self, data: Any) -> None:
        """Send a part of a request.

        Raises:
            BrokenPipeError: The peer answers already. The caller then stops sending and reads the
                answer, for example that the request is too large.
        """
        if self.sock is not None and self._expects_no_handshake() and self._has_unread_data():
            self._interrupted = True
            raise BrokenPipeError
        super().send(data)

    def getresponse(self) -> Response:  # type: ignore[override]
        """Read the head of an answer.

        Raises:
            UnaskedAnswerError: It reports the success of a request that was not sent completely.
        """
        response = super().getresponse()
        self._used = self.sock
        if self._interrupted and response.status == _OK:
            response.close()
            raise UnaskedAnswerError
        return response

    def _has_unread_data(self) -> bool:
        """Return whether the peer has sent data that was not read yet."""
        pending = getattr(self.sock, "pending", None)  # data that TLS has decrypted
        return bool(pending and pending()) or bool(self._poll and self._poll.poll(0))

    def _expects_no_handshake(self) -> bool:
        """Return whether incoming data is not a part of a TLS handshake (RFC 8446, section 4.6)."""
        return self.sock is self._used or not hasattr(self.sock, "pending")


class _SecureConnection(_Connection, HTTPSConnection):
    """The same over TLS."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


def _use_deadlines(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
