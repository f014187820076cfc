"""An answer that nobody asked for never becomes the text of an image."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.errors import OversizeError, TransientError
from ocr_watcher.values.page import Page
from tests.engine.baidu.test_client import CERTIFICATE
from tests.simulator import pictures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from ocr_watcher.engine.baidu.engine import BaiduEngine

GRANT = {"access_token": "24.0123456789abcdef", "expires_in": 1000}
LARGE = Page(pictures.jpeg("x", bytes_at_least=3_000_000), "JPEG", 200, 60)


def answer(content: dict[str, Any], status: str = "200 OK") -> bytes:
    body = json.dumps(content).encode()
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def text(words: str) -> bytes:
    return answer({"words_result": [{"words": words}]})


class Peer:
    """Serves one connection after the other by hand: the first request gets a token.

    Attributes:
        url: Its address.
        behind: What follows each answer at once.
        idle: What is sent once a request was answered, before there is another.
        early: What is sent when the head of a call is there, and its body is not.
        calls: How many calls came whole.
        connections: How many connections were opened.
    """

    def __init__(self, *, certificate: bool) -> None:
        self.behind = self.idle = self.early = b""
        self.calls = self.connections = 0
        self.poisoned = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATE)
            self._listener = context.wrap_socket(
                self._listener, server_side=True, do_handshake_on_connect=False
            )
        scheme = "https" if certificate else "http"
        self.url = f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}"
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def close(self) -> None:
        for one in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                # Else what follows an answer waits until that was acknowledged (tcp(7)).
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._open.append(connection)
                self._threads.append(threading.Thread(target=self._serve, args=(connection,)))
                self._threads[-1].start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError):
            stream = connection.makefile("rb")
            while head := self._head(stream):
                is_call = b"/ocr/" in head[0]
                if is_call and self.early:
                    connection.sendall(self.early)
                size = next(int(line[15:]) for line in head if line.startswith(b"Content-Length"))
                if len(stream.read(size)) < size:
                    return
                if not is_call:
                    connection.sendall(answer(GRANT))
                    continue
                self.calls += 1
                connection.sendall(text("right") + self.behind)
                if self.idle:
                    connection.sendall(self.idle)
                self.poisoned.set()

    @staticmethod
    def _head(stream: Any) -> list[bytes]:
        lines = []
        while (line := stream.readline()) not in (b"\r\n", b""):
            lines.append(line)
        return lines


@pytest.fixture(params=[False, True], ids=["plain", "tls"])
def peer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Peer]:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATE))
    with contextlib.closing(Peer(certificate=request.param)) as peer:
        yield peer


@pytest.fixture
def engine(make_engine: Callable[..., BaiduEngine], peer: Peer) -> BaiduEngine:
    return make_engine(base_url=peer.url, read_timeout=5)


def words(engine: BaiduEngine, page: Page) -> str:
    return engine.recognise(page).lines[0].text


def test_a_peer_that_keeps_to_the_rules_keeps_its_connection(
    engine: BaiduEngine, peer: Peer, page: Page
) -> None:
    for _ in range(5):
        assert words(engine, page) == "right"
        assert words(engine, LARGE) == "right"
    assert (peer.connections, peer.calls) == (1, 10)


@pytest.mark.parametrize("poison", [text("wrong"), text("wrong") * 500, b"x"])
def test_what_follows_an_answer_at_once_is_left_behind(
    engine: BaiduEngine, peer: Peer, page: Page, poison: bytes
) -> None:
    peer.behind = poison
    for _ in range(3):
        assert words(engine, page) == "right"
    assert (peer.connections, peer.calls) == (3, 3)


def test_what_comes_before_the_next_request_is_left_behind(
    engine: BaiduEngine, peer: Peer, page: Page
) -> None:
    peer.idle = text("wrong")
    for _ in range(3):
        peer.poisoned.clear()
        assert words(engine, page) == "right"
        assert peer.poisoned.wait(10)
    assert (peer.connections, peer.calls) == (3, 3)


def test_a_success_that_comes_before_the_request_is_whole_is_no_answer(
    engine: BaiduEngine, peer: Peer
) -> None:
    assert words(engine, LARGE) == "right"
    peer.early = text("wrong")
    with pytest.raises(TransientError) as caught:
        words(engine, LARGE)
    assert caught.value.code == "unasked-answer"
    assert "proxy" in caught.value.advice
    assert peer.calls == 1  # the call was not sent whole, and cannot have been billed
    peer.early = b""
    assert words(engine, LARGE) == "right"
    assert peer.connections == 2


def test_a_refusal_that_comes_before_the_request_is_whole_is_an_answer(
    engine: BaiduEngine, peer: Peer
) -> None:
    assert words(engine, LARGE) == "right"
    peer.early = answer({}, "413 Payload Too Large")
    with pytest.raises(OversizeError):
        words(engine, LARGE)
    peer.early = b""
    assert words(engine, LARGE) == "right"
