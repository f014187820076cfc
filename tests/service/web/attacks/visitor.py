"""A client that sends bytes as they are, and reads what comes back."""

from __future__ import annotations

import contextlib
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

SECONDS = 20.0


@dataclass(frozen=True)
class Answer:
    """What came back for one request.

    Attributes:
        status: Its status; 0 where the connection ended without an answer.
        headers: Its headers, with small letters.
        body: Its body.
    """

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def everything(self) -> bytes:
        return repr(self.headers).encode() + self.body


NOTHING = Answer(0, {}, b"")


class Visitor:
    """A connection to the page.

    Args:
        address: Of the page: host and port, or the path of a socket.
        receive_buffer: The bytes that the kernel takes in for it; None for the usual number.
    """

    def __init__(
        self, address: tuple[str, int] | str, *, receive_buffer: int | None = None
    ) -> None:
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        if receive_buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(SECONDS)
        try:
            self.socket.connect(address)
        except OSError:
            self.socket.close()
            raise
        self._received = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.socket.close()

    def send(self, content: bytes) -> None:
        """Sends bytes, as far as the server takes them."""
        with contextlib.suppress(ConnectionError):
            self.socket.sendall(content)

    def answer(self, *, of_head: bool = False) -> Answer:
        """Reads one answer."""
        while b"\r\n\r\n" not in self._received:
            if not self._read():
                return NOTHING
        head, _, self._received = self._received.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (x.partition(": ") for x in lines)}
        length = 0 if of_head else int(headers.get("content-length", "0"))
        while len(self._received) < length and self._read():
            pass
        body, self._received = self._received[:length], self._received[length:]
        return Answer(int(first.split()[1]), headers, body)

    def is_closed(self) -> bool:
        """Waits for the server to end the connection, and reads what comes before."""
        try:
            while self._read():
                pass
        except TimeoutError:
            return False
        return True

    def _read(self) -> bool:
        try:
            block = self.socket.recv(65536)
        except ConnectionError:
            return False
        self._received += block
        return bool(block)


def ask(address: tuple[str, int] | str, request: bytes) -> Answer:
    """Sends one request on a connection of its own, and returns the answer."""
    with Visitor(address) as visitor:
        visitor.send(request)
        return visitor.answer()


def request(
    target: str = "/health",
    *,
    method: str = "GET",
    host: str = "127.0.0.1",
    headers: dict[str, str] | None = None,
    body: bytes = b"",
) -> bytes:
    """A well-formed request, but for what a test says."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body
