"""The protocol of sd_notify(3), as the other end of the socket sees it."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.service.notify import Notifier

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[socket.socket]:
    """The service manager's end of the socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        name = str(tmp_path / "notify") if request.param == "path" else f"\0ocr-{os.getpid()}"
        listening.bind(name)
        listening.settimeout(10)
        yield listening


def environment_of(manager: socket.socket, **more: str) -> dict[str, str]:
    name = manager.getsockname()
    text = "@" + name[1:].decode() if isinstance(name, bytes) else name
    return {"NOTIFY_SOCKET": text, "PATH": "/bin", **more}


def test_each_state_is_one_datagram(manager):
    with Notifier(environment_of(manager)) as notifier:
        notifier.extend_start(60.0)
        notifier.ready()
        notifier.status("3 done, 1 waiting, 0 failed")
        notifier.alive()
        notifier.stopping()
    assert [manager.recv(4096) for _ in range(5)] == [
        b"EXTEND_TIMEOUT_USEC=60000000",
        b"READY=1",
        b"STATUS=3 done, 1 waiting, 0 failed",
        b"WATCHDOG=1",
        b"STOPPING=1",
    ]


def test_a_reload_tells_when_it_began(manager):
    with Notifier(environment_of(manager)) as notifier:
        notifier.reloading()
    state, _, when = manager.recv(4096).partition(b"\n")
    assert state == b"RELOADING=1"
    assert when.removeprefix(b"MONOTONIC_USEC=").isdigit()


def test_no_child_finds_what_the_manager_left_in_the_environment(manager):
    environment = environment_of(manager, WATCHDOG_USEC="1", WATCHDOG_PID=str(os.getpid()))
    with Notifier(environment):
        assert environment == {"PATH": "/bin"}


def test_outside_of_a_service_nothing_happens():
    with Notifier({}) as notifier:
        notifier.ready()
        assert notifier.watchdog_seconds is None


@pytest.mark.parametrize("address", ["relative/path", "/nowhere/at/all", "vsock:2:1234", "@nobody"])
def test_a_manager_that_cannot_be_reached_holds_up_nobody(address):
    with Notifier({"NOTIFY_SOCKET": address}) as notifier:
        notifier.ready()


def test_a_manager_that_does_not_read_holds_up_nobody(manager):
    with Notifier(environment_of(manager)) as notifier:
        for _ in range(10_000):
            notifier.alive()


@pytest.mark.parametrize(
    ("variables", "seconds"),
    [
        ({"WATCHDOG_USEC": "30000000"}, 30.0),
        ({"WATCHDOG_USEC": "500000", "WATCHDOG_PID": str(os.getpid())}, 0.5),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({"WATCHDOG_PID": str(os.getpid())}, None),
    ],
)
def test_the_watchdog_is_ours_where_it_names_us_or_nobody(variables, seconds):
    with Notifier(variables) as notifier:
        assert notifier.watchdog_seconds == seconds
