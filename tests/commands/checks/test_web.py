"""`ocr-watcher check`: who can open the page, and whether it can be served."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.commands.checks.web import check_web
from ocr_watcher.settings.web import WebSettings

if TYPE_CHECKING:
    from pathlib import Path


def found(web: WebSettings, *, daemon_runs: bool = False) -> list[tuple[str, str]]:
    return [(each.verdict, each.finding) for each in check_web(web, daemon_runs=daemon_runs)]


@pytest.fixture
def password(tmp_path: Path) -> Path:
    file = tmp_path / "password"
    file.write_text("correct horse\n", "utf-8")
    file.chmod(0o600)
    return file


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def test_without_a_page_nothing_is_told() -> None:
    assert found(WebSettings()) == []


def test_on_loopback_every_user_of_the_machine_can_open_it(password: Path) -> None:
    listen = f"127.0.0.1:{free_port()}"
    free = ("ok", "its address is free")
    assert found(WebSettings(listen=listen)) == [
        ("ok", "is open to every user of this machine"),
        free,
    ]
    assert found(WebSettings(listen=listen, password_file=password)) == [
        ("ok", "is open to every user of this machine with the password"),
        free,
        ("ok", "can be read, and not by every user"),
    ]


def test_an_address_of_others_is_warned_of(password: Path) -> None:
    web = WebSettings(listen=f"0.0.0.0:{free_port()}", password_file=password)
    verdict, finding = found(web)[0]
    assert verdict == "warn"
    assert finding.startswith("is open to every machine that reaches it with the password: ")


def test_a_port_that_is_taken_is_well_while_the_daemon_runs() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        web = WebSettings(listen=f"127.0.0.1:{taken.getsockname()[1]}")
        assert found(web)[1][0] == "warn"
        assert found(web, daemon_runs=True)[1][0] == "ok"


def test_an_address_that_this_machine_has_not_fails(password: Path) -> None:
    web = WebSettings(listen="192.0.2.1:8321", password_file=password)
    assert found(web)[1][0] == "fail"


def test_a_unix_socket_is_tried_without_making_it(tmp_path: Path) -> None:
    web = WebSettings(listen=f"unix:{tmp_path}/web.sock")
    assert found(web) == [
        ("ok", "is open to the user and the group that the daemon runs as (mode 0660)"),
        ("ok", "its address is free"),
    ]
    assert list(tmp_path.iterdir()) == []
    with socket.socket(socket.AF_UNIX) as taken:
        taken.bind(f"{tmp_path}/web.sock")
        taken.listen()
        assert found(web)[1][0] == "warn"
    assert found(web)[1] == ("ok", "its address is free")


def test_a_unix_socket_that_cannot_be_made_fails(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert found(WebSettings(listen=f"unix:{tmp_path}/none/web.sock"))[1][0] == "fail"
    assert found(WebSettings(listen=f"unix:{tmp_path}/file"))[1][0] == "fail"


def test_a_password_that_others_can_read_is_warned_of(tmp_path: Path, password: Path) -> None:
    web = WebSettings(listen=f"unix:{tmp_path}/web.sock", password_file=password)
    password.chmod(0o604)
    assert found(web)[2][0] == "warn"
    password.write_text("short", "utf-8")
    verdict, finding = found(web)[2]
    assert verdict == "fail"
    assert "at least 8 characters" in finding
    assert "short" not in finding
