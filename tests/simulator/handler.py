"""HTTP of the simulator: reads requests, writes replies, also broken ones."""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from tests.simulator.faults import Cut, Drip, Reset
from tests.simulator.replies import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LARGEST_BODY = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Asked:
    """A request."""

    method: str
    path: str
    query: Mapping[str, str]
    content_type: str
    body: bytes
    authorization: str = ""


class Handler(BaseHTTPRequestHandler):
    """Serves one connection.

    Args:
        connection: The connection.
        reply: A function that returns what to answer.
        wait: A function that sleeps, and raises when the simulator closes.
    """

    protocol_version = "HTTP/1.1"

    def __init__(
        self,
        connection: socket.socket,
        reply: Callable[[Asked], Reply],
        wait: Callable[[float], None],
    ) -> None:
        self._reply = reply
        self._wait = wait
        super().__init__(connection, connection.getpeername(), None)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  named by its base
        """Logs nothing."""

    def _answer(self) -> None:
        size = int(self.headers.get("Content-Length", 0))
        if size > _LARGEST_BODY:
            self.close_connection = True
            self._send(Reply(413, b"too large"))
            return
        body = self.rfile.read(size)
        if len(body) < size:
            # The client died while it sent; a service never gets to see such a request.
            self.close_connection = True
            return
        url = urlsplit(self.path)
        asked = Asked(
            method=self.command,
            path=url.path,
            query=dict(parse_qsl(url.query)),
            content_type=self.headers.get("Content-Type", ""),
            body=body,
            authorization=self.headers.get("Authorization", ""),
        )
        self._send(self._reply(asked))

    def _send(self, reply: Reply) -> None:
        head, body = self._head(reply), reply.body
        match reply.fault:
            case Reset():
                self._reset()
            case Cut(after):
                self.close_connection = True
                self.wfile.write(head + body[:after])
            case Drip(seconds, headers):
                self._drip(b"" if headers else head, (head if headers else b"") + body, seconds)
            case _:
                self.wfile.write(head + body)

    def _head(self, reply: Reply) -> bytes:
        headers = {"Content-Length": str(len(reply.body))} | dict(reply.headers)
        lines = [f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode()

    def _drip(self, first: bytes, rest: bytes, seconds: float) -> None:
        self.wfile.write(first)
        for byte in rest:
            self._wait(seconds)
            self.wfile.write(bytes([byte]))

    def _reset(self) -> None:
        self.close_connection = True
        # Closing with a linger of zero seconds resets the connection (socket(7)).
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.rfile.close()
        self.connection.close()
