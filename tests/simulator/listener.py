"""Takes connections and serves each in a thread, until everything is ended at once."""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Listener:
    """Listens on loopback.

    Args:
        port: The port; 0 for any free port.
        certificate: A file with a certificate and its key, to speak TLS.
        serve: A function that serves one connection until it ends.
    """

    def __init__(
        self, port: int, certificate: Path | None, serve: Callable[[socket.socket], None]
    ) -> None:
        self.errors: list[Exception] = []
        self.accepted = 0
        self._serve = serve
        self._lock = threading.Lock()
        self._open: dict[socket.socket, threading.Thread] = {}
        self._socket = socket.create_server(("127.0.0.1", port), backlog=1024)
        if certificate:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(certificate)
            # The handshake comes with the first read, so that it does not hold up the acceptor.
            self._socket = context.wrap_socket(
                self._socket, server_side=True, do_handshake_on_connect=False
            )
        self.port: int = self._socket.getsockname()[1]
        self._acceptor = threading.Thread(target=self._accept, name="simulator")

    def start(self) -> None:
        self._acceptor.start()

    @property
    def open(self) -> int:
        """How many connections there are now."""
        with self._lock:
            return len(self._open)

    def close(self) -> None:
        # On Linux this wakes a thread that waits in accept(2), which closing does not.
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        if self._acceptor.ident:
            self._acceptor.join()
        with self._lock:
            connections = dict(self._open)
        for connection in connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in connections.values():
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._run, args=(connection,), name="simulator")
            with self._lock:
                self.accepted += 1
                self._open[connection] = thread
            thread.start()

    def _run(self, connection: socket.socket) -> None:
        try:
            # Without it small answers wait 40 ms for an acknowledgement.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._serve(connection)
        except OSError:
            pass  # the client went away, or all is ended
        except Exception as error:
            self.errors.append(error)
        finally:
            with self._lock:
                del self._open[connection]
            connection.close()
