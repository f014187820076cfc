"""A webhook on loopback: a real HTTP server that takes messages as Apprise's ``json://`` sends."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET = "s3cret-t0ken"


class Webhook:
    """A webhook for as long as a context lasts.

    Args:
        port: The port at 127.0.0.1; 0 for any free port.

    Attributes:
        status: The status of each answer.
        hangs: Whether no answer comes until the end of the context.
        drips: Whether the answer comes byte by byte, and never ends.
        floods: Whether the answer comes fast, and never ends.
        location: Where the answer sends the client; empty for nowhere.
        messages: The JSON of each message that was taken.
        asked: The number of requests that came.
    """

    def __init__(self, port: int = 0) -> None:
        self.status = 200
        self.hangs = False
        self.drips = False
        self.floods = False
        self.location = ""
        self.messages: list[dict[str, Any]] = []
        self.asked = 0
        self.closed = threading.Event()
        self._server = _Server(("127.0.0.1", port), _handler(self))
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closed.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Its address for Apprise, with a secret."""
        return f"json://user:{SECRET}@127.0.0.1:{self.port}/{SECRET}"

    def wait_for(self, number: int = 1, within: float = 60.0) -> list[dict[str, Any]]:
        """Waits until so many messages were taken, and returns all."""
        eventually(lambda: len(self.messages) >= number, within)
        return list(self.messages)

    def wait_until_asked(self, number: int = 1) -> None:
        """Waits until so many requests came."""
        eventually(lambda: self.asked >= number)

    @property
    def text(self) -> str:
        """All that was told."""
        return "\n".join(f"{each['title']}\n{each['message']}" for each in self.messages)


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed is no error."""


def _handler(webhook: Webhook) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            webhook.asked += 1
            if webhook.hangs:
                webhook.closed.wait()
                return
            if webhook.drips or webhook.floods:
                self._go_on()
                return
            if webhook.status == 200 and not webhook.location:
                webhook.messages.append(json.loads(content))
            self.send_response(webhook.status)
            if webhook.location:
                self.send_header("Location", webhook.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _go_on(self) -> None:
            with contextlib.suppress(OSError):
                self.wfile.write(b"HTTP/1.1 200 OK\r\n" + (b"X: " if webhook.drips else b"\r\n"))
                while not webhook.closed.wait(0.2 if webhook.drips else 0.0):
                    self.wfile.write(b"x" if webhook.drips else bytes(1 << 20))

        def log_message(self, *arguments: object) -> None:
            pass

    return Handler


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def told(webhook: Webhook, text: str) -> Callable[[], bool]:
    """Whether a text was told."""
    return lambda: text in webhook.text
