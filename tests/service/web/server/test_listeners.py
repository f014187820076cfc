"""The sockets that the page listens on."""

from __future__ import annotations

import errno
import socket
import stat
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.service.web.server.listeners import (
    handed_over_listener,
    is_open_to_others,
    name_of,
    open_listener,
)
from ocr_watcher.settings.web import TcpAddress, UnixAddress

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def open_unix(path: Path, opened: ExitStack) -> None:
    listener = open_listener(UnixAddress(str(path)))
    opened.callback(listener.close)


def connects(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
        except OSError:
            return False
    return True


def test_a_unix_socket_is_for_user_and_group_and_goes_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "web.sock"
    listener = open_listener(UnixAddress(str(path)))
    assert stat.S_IMODE(path.stat().st_mode) == 0o660
    assert listener.name == f"unix:{path}"
    assert connects(path)
    assert [each.name for each in tmp_path.iterdir()] == ["web.sock"]
    listener.close()
    listener.close()
    assert list(tmp_path.iterdir()) == []


def test_a_socket_that_nobody_listens_on_is_replaced(tmp_path: Path, opened: ExitStack) -> None:
    path = tmp_path / "web.sock"
    with socket.socket(socket.AF_UNIX) as killed:
        killed.bind(str(path))
        killed.listen()
    open_unix(path, opened)
    assert connects(path)


def test_a_socket_that_another_program_listens_on_stays_its_own(
    tmp_path: Path, opened: ExitStack
) -> None:
    path = tmp_path / "web.sock"
    open_unix(path, opened)
    before = path.stat().st_ino
    with pytest.raises(OSError, match="in use") as caught:
        open_listener(UnixAddress(str(path)))
    assert caught.value.errno == errno.EADDRINUSE
    assert path.stat().st_ino == before
    assert [each.name for each in tmp_path.iterdir()] == ["web.sock"]


@pytest.mark.parametrize("kind", ["file", "directory", "link"])
def test_what_is_no_socket_is_never_removed(tmp_path: Path, kind: str) -> None:
    path, other = tmp_path / "web.sock", tmp_path / "precious"
    other.write_text("mine", "utf-8")
    if kind == "file":
        path.write_text("mine", "utf-8")
    elif kind == "directory":
        path.mkdir()
    else:
        path.symlink_to(other)
    with pytest.raises(FileExistsError):
        open_listener(UnixAddress(str(path)))
    assert path.lstat()
    assert other.read_text("utf-8") == "mine"


def test_the_socket_of_the_next_program_stays_at_the_end(tmp_path: Path, opened: ExitStack) -> None:
    path = tmp_path / "web.sock"
    first = open_listener(UnixAddress(str(path)))
    path.unlink()
    open_unix(path, opened)
    first.close()
    assert connects(path)


def test_without_its_directory_it_cannot_be_had(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_listener(UnixAddress(str(tmp_path / "none/web.sock")))


def test_a_port_that_is_taken_cannot_be_had_and_is_free_after_the_end() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match="in use") as caught:
            open_listener(TcpAddress("127.0.0.1", port))
        assert caught.value.errno == errno.EADDRINUSE
    open_listener(TcpAddress("127.0.0.1", port)).close()


def test_other_machines_reach_an_address_that_is_not_of_loopback(tmp_path: Path) -> None:
    with socket.create_server(("0.0.0.0", 0)) as given:
        assert is_open_to_others(given)
        assert name_of(given) == f"0.0.0.0:{given.getsockname()[1]}"
    with socket.create_server(("127.0.0.1", 0)) as given:
        assert not is_open_to_others(given)
    with socket.socket(socket.AF_UNIX) as given:
        given.bind(str(tmp_path / "a"))
        assert not is_open_to_others(given)
        assert name_of(given) == f"unix:{tmp_path}/a"


def test_a_socket_of_the_service_manager_stays_open_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with socket.socket(socket.AF_UNIX) as given:
        given.bind(str(path))
        given.listen()
        handed_over_listener(given).close()
        assert connects(path)
