"""`ocr-watcher check`: the socket that systemd opens for the page."""

from __future__ import annotations

from ocr_watcher.commands.checks.page_socket import check_page_socket, judge_page_socket

PROPERTIES = {
    "ActiveState": "active",
    "Listen": "/run/ocr-watcher.sock (Stream)",
    "SocketUser": "ocr-watcher",
    "SocketGroup": "www-data",
    "SocketMode": "0660",
}


def test_it_names_user_and_group() -> None:
    result = judge_page_socket(PROPERTIES)
    assert result is not None
    assert result.subject == "page /run/ocr-watcher.sock of ocr-watcher.socket"
    assert result.finding == ("is open to the user ocr-watcher and the group www-data (mode 0660)")


def test_one_that_every_user_can_open_is_warned_of() -> None:
    result = judge_page_socket({**PROPERTIES, "SocketMode": "0666"})
    assert result is not None
    assert result.verdict == "warn"


def test_an_address_is_told_with_its_condition() -> None:
    result = judge_page_socket({**PROPERTIES, "Listen": "127.0.0.1:8321 (Stream)"})
    assert result is not None
    assert "unless web.password_file is set" in result.finding


def test_one_that_does_not_listen_is_not_told() -> None:
    assert judge_page_socket({**PROPERTIES, "ActiveState": "inactive"}) is None
    assert judge_page_socket({}) is None
    assert check_page_socket({"PATH": "/nowhere"}) is None
