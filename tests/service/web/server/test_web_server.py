"""The thread that serves the page."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from ocr_watcher.service.web.server import web_server
from ocr_watcher.service.web.server.acceptor import Acceptor
from ocr_watcher.service.web.server.listeners import Listener, open_listener
from ocr_watcher.service.web.server.web_server import WebServer
from ocr_watcher.settings.web import UnixAddress
from tests.service.web.attacks.visitor import ask, request
from tests.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from starlette.types import Receive, Scope, Send


async def hello(scope: Scope, _: Receive, send: Send) -> None:
    assert scope["type"] == "http"
    nice = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    body = str(nice).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def test_it_is_less_urgent_than_the_program(tmp_path: Path) -> None:
    path = str(tmp_path / "web.sock")
    server = WebServer(hello, lambda: [open_listener(UnixAddress(path))])
    server.start()
    try:
        eventually(lambda: server.names)
        assert int(ask(path, request("/")).body) >= min(os.nice(0) + 10, 19)
    finally:
        server.ask_to_end()
        assert server.join()
    assert not server.is_serving


def test_an_address_that_comes_later_is_told_once_and_served_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(web_server, "_RETRY_SECONDS", 0.01)
    caplog.set_level("INFO")
    path = tmp_path / "run/web.sock"
    tries = []

    def listen() -> list[Listener]:
        tries.append(1)
        return [open_listener(UnixAddress(str(path)))]

    server = WebServer(hello, listen)
    server.start()
    try:
        eventually(lambda: len(tries) > 3)
        path.parent.mkdir()
        eventually(lambda: server.names)
        assert ask(str(path), request("/")).status == 200
    finally:
        server.ask_to_end()
        assert server.join()
    assert caplog.messages == [
        "the page cannot be served, and the work goes on: No such file or directory",
        "the page is served",
    ]


def test_it_ends_while_its_address_cannot_be_had(tmp_path: Path) -> None:
    server = WebServer(hello, lambda: [open_listener(UnixAddress(str(tmp_path / "none/a")))])
    server.start()
    server.ask_to_end()
    assert server.join()


def test_it_ends_before_it_began(tmp_path: Path) -> None:
    server = WebServer(hello, lambda: [open_listener(UnixAddress(str(tmp_path / "a")))])
    server.ask_to_end()
    server.start()
    assert server.join()


def test_all_of_several_addresses_are_served(tmp_path: Path) -> None:
    paths = [str(tmp_path / name) for name in ("a", "b")]
    server = WebServer(hello, lambda: [open_listener(UnixAddress(path)) for path in paths])
    server.start()
    try:
        eventually(lambda: server.names)
        assert [ask(path, request("/")).status for path in paths] == [200, 200]
    finally:
        server.ask_to_end()
        assert server.join()


def test_a_fault_for_one_client_is_told_and_the_next_is_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = str(tmp_path / "a")
    server = WebServer(hello, lambda: [open_listener(UnixAddress(path))])
    server.start()
    try:
        eventually(lambda: server.names)
        with monkeypatch.context() as broken:
            broken.delattr(Acceptor, "_has_room")
            assert ask(path, request("/")).status == 0
        assert ask(path, request("/")).status == 200
    finally:
        server.ask_to_end()
        assert server.join()
    assert caplog.messages == ["a fault of this program: the page did not accept a client"]


def test_a_fault_of_the_thread_is_told_and_ends_it_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delattr(Acceptor, "judge")
    server = WebServer(hello, lambda: [open_listener(UnixAddress(str(tmp_path / "a")))])
    server.start()
    assert server.join()
    assert caplog.messages == ["the page has ended by a fault of this program"]
    assert list(tmp_path.iterdir()) == []
