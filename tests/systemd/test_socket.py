"""The page at a socket that systemd opens and hands over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.systemd.readme import commands_under, type_in
from tests.systemd.service import NAME
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.systemd.service import Service

pytestmark = [pytest.mark.systemd, pytest.mark.timeout(900)]

_SOCKET = f"/run/{NAME}.sock"
_ASK = (
    "import socket, sys; made = socket.socket(socket.AF_UNIX); made.settimeout(50); "
    f"made.connect('{_SOCKET}'); "
    "made.sendall(f'GET {sys.argv[1]} HTTP/1.1\\r\\nHost: localhost\\r\\n'.encode() + "
    "b'Connection: close\\r\\n\\r\\n'); print(made.makefile(errors='replace').read())"
)


@pytest.fixture
def opened(service: Service) -> Iterator[Service]:
    """The service with its socket, as the documentation opens it."""
    for command in commands_under("service: page"):
        type_in(service.machine, command)
    yield service
    service.machine.run("systemctl", "disable", "--now", f"{NAME}.socket")


def ask(service: Service, target: str, user: str = NAME) -> str:
    """What a user is answered; why there is no answer, where there is none."""
    asked = service.machine.attempt("sudo", "-u", user, "python3", "-c", _ASK, target)
    return asked.stdout


def test_the_page_answers_at_the_socket_to_its_group_alone(opened: Service) -> None:
    eventually(lambda: "200 OK" in ask(opened, "/health"))
    opened.wait_for_text(opened.drop("letter.png", "Dear Anna"))
    eventually(lambda: "letter.png" in ask(opened, "/images"))
    assert "ocr_watcher_healthy 1.0" in ask(opened, "/metrics")
    shown = opened.machine.run("stat", "--format=%U:%G %a", _SOCKET)
    assert shown.strip() == f"{NAME}:{NAME} 660"
    assert "PermissionError" in ask(opened, "/health", "nobody")


def test_a_request_starts_the_service_until_both_are_stopped(opened: Service) -> None:
    opened.stop()
    assert opened.value("ActiveState") == "inactive"
    assert "200 OK" in ask(opened, "/") or "503" in ask(opened, "/")
    eventually(lambda: opened.value("ActiveState") == "active")
    for command in commands_under("service: stop the page"):
        type_in(opened.machine, command)
    assert "FileNotFoundError" in ask(opened, "/")
    assert opened.value("ActiveState") == "inactive"
