"""The service of one person, under their own service manager."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from tests.systemd.debian import CHECKOUT
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.simulator.server import Simulator
    from tests.systemd.machine import Machine

pytestmark = [pytest.mark.systemd, pytest.mark.timeout(900)]

_HOME = "/home/bert"
_UNIT = CHECKOUT / "systemd/user/ocr-watcher.service"


class Person:
    """Somebody with an account, whose services run without a login."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        machine.run("useradd", "--create-home", "bert")
        machine.run("loginctl", "enable-linger", "bert")
        number = machine.run("id", "--user", "bert").strip()
        self._become = ("runuser", "-u", "bert", "--", "env", f"XDG_RUNTIME_DIR=/run/user/{number}")
        manager = f"/run/user/{number}/systemd/private"
        eventually(lambda: machine.attempt("test", "-e", manager).returncode == 0)

    def run(self, *command: str, text: str = "") -> str:
        return self.machine.run(*self._become, *command, text=text)

    def write(self, path: str, text: str) -> None:
        """Writes a file below the home directory that nobody else can read."""
        line = 'umask 077; mkdir --parents "${0%/*}" && cat >"$0"'
        self.run("sh", "-c", line, f"{_HOME}/{path}", text=text)


@pytest.fixture
def person(machine: Machine, simulator: Simulator) -> Iterator[Person]:
    """Has the unit, the program where pipx lays it, settings, and the keys in files."""
    person = Person(machine)
    person.run("mkdir", "--parents", f"{_HOME}/.local/bin", f"{_HOME}/scans")
    person.run("ln", "-s", "/opt/ocr-watcher/bin/ocr-watcher", f"{_HOME}/.local/bin/ocr-watcher")
    person.write(".config/systemd/user/ocr-watcher.service", _UNIT.read_text("utf-8"))
    person.write(".config/ocr-watcher/api-key", simulator.api_key)
    person.write(".config/ocr-watcher/secret-key", simulator.secret_key)
    keys = {"api_key_file": "api-key", "secret_key_file": "secret-key"}
    settings = {"folders": ["~/scans"], "baidu": {"base_url": simulator.url, **keys}}
    person.write(".config/ocr-watcher/config.yaml", yaml.safe_dump(settings))
    person.run("systemctl", "--user", "daemon-reload")
    yield person
    person.run("systemctl", "--user", "stop", "ocr-watcher")


def test_the_user_unit_is_accepted_without_complaint_and_writes_text_as_that_person(
    person: Person,
) -> None:
    unit = f"{_HOME}/.config/systemd/user/ocr-watcher.service"
    assert person.run("systemd-analyze", "--user", "verify", unit) == ""
    person.run("systemctl", "--user", "start", "ocr-watcher")
    person.run("cp", "/usr/src/ocr-watcher/samples/letter.jpg", f"{_HOME}/scans")
    text = f"{_HOME}/scans/letter.jpg.txt"
    eventually(lambda: person.machine.attempt("test", "-e", text).returncode == 0, 30)
    assert person.machine.run("stat", "--format=%U", text).strip() == "bert"
