"""The sockets of the service manager, by sd_listen_fds(3)."""

from __future__ import annotations

import os
import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.service.web.server.handed_over import handed_over

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FIRST = 400
"""Far above what a test run has open."""


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def given(number: int, pid: int | None = None) -> dict[str, str]:
    return {
        "LISTEN_PID": str(os.getpid() if pid is None else pid),
        "LISTEN_FDS": str(number),
        "LISTEN_FDNAMES": "page",
        "HOME": "/",
    }


def lay(descriptor: int, at: int, opened: ExitStack) -> None:
    os.dup2(descriptor, at)
    opened.callback(os.close, at)


def test_a_listening_socket_is_taken_and_no_child_inherits_it(opened: ExitStack) -> None:
    made = opened.enter_context(socket.create_server(("127.0.0.1", 0)))
    os.dup2(made.fileno(), FIRST)
    variables = given(1)
    (found,) = handed_over(variables, FIRST)
    with found:
        assert found.fileno() == FIRST
        assert found.getsockname() == made.getsockname()
        assert not found.get_inheritable()
    assert variables == {"HOME": "/"}


def test_what_does_not_listen_is_left_alone_and_told(
    tmp_path: Path, opened: ExitStack, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "a").touch()
    pair = [opened.enter_context(end) for end in socket.socketpair()]
    others = [
        opened.enter_context((tmp_path / "a").open("rb")).fileno(),
        opened.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)).fileno(),
        opened.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM)).fileno(),
        pair[0].fileno(),
    ]
    for place, descriptor in enumerate(others):
        lay(descriptor, FIRST + place, opened)
    assert handed_over(given(len(others) + 1), FIRST) == ()
    assert len(caplog.messages) == len(others) + 1


@pytest.mark.parametrize("number", ["", "0", "-1", "x", "9" * 5000])
def test_an_odd_number_hands_over_nothing_that_is_not_there(number: str) -> None:
    variables = {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": number}
    assert handed_over(variables, 900) == ()
    assert variables == {}


def test_what_is_for_another_process_is_not_taken(opened: ExitStack) -> None:
    made = opened.enter_context(socket.create_server(("127.0.0.1", 0)))
    lay(made.fileno(), FIRST, opened)
    variables = given(1, pid=1)
    assert handed_over(variables, FIRST) == ()
    assert variables == {"HOME": "/"}
