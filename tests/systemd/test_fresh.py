"""A stranger on a fresh machine types what the pages say, puts in a scan, and its text comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.systemd import debian
from tests.systemd.machine import Machine
from tests.systemd.readme import commands_under, type_in
from tests.systemd.service import FOLDER, NAME
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.systemd, pytest.mark.timeout(900)]

LETTER = "/usr/src/ocr-watcher/samples/letter.jpg"
WORDS = "Thank you for the two ledgers, which arrived on Monday."


@pytest.fixture(scope="module")
def fresh_machine(
    pip_settings: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Machine]:
    """A Debian 12 with the checkout, and with nothing in ``/srv``."""
    if reason := debian.what_is_missing():
        pytest.skip(f"THE SERVICE ON A REAL SYSTEMD IS NOT TESTED: {reason}")
    read_only = {
        "/usr/src/ocr-watcher": debian.CHECKOUT,
        "/usr/src/wheels": debian.wheels(),
        "/etc/pip.conf": pip_settings,
    }
    log = tmp_path_factory.mktemp("fresh") / "console"
    with Machine(
        debian.root(), read_only=read_only, writable={}, log=log, name="ocr-watcher-fresh"
    ) as machine:
        yield machine


def as_anna(machine: Machine, line: str) -> str:
    """Types a line after a login, which is when new groups are hers."""
    return machine.run("runuser", "--login", "anna", "--command", line)


def wait_for_text(machine: Machine, image: str) -> str:
    text = f"{image}.txt"
    eventually(lambda: machine.attempt("test", "-e", text).returncode == 0, 120)
    return machine.run("cat", text)


def test_what_the_readme_says_ends_with_a_text_beside_what_somebody_drops(
    fresh_machine: Machine,
) -> None:
    machine = fresh_machine
    machine.run("useradd", "--create-home", "anna")
    for marker in ("service: install", "service: start", "service: people"):
        for command in commands_under(marker):
            type_in(machine, f"export USER=anna; {command}")
    as_anna(machine, f"cp {LETTER} {FOLDER}/letter.jpg")
    assert WORDS in wait_for_text(machine, f"{FOLDER}/letter.jpg")
    as_anna(machine, f"cat {FOLDER}/letter.jpg.txt")
    # In a folder of her own there, and a file that others may not read.
    as_anna(machine, f"mkdir {FOLDER}/hers && umask 027 && cp {LETTER} {FOLDER}/hers/b.jpg")
    assert WORDS in wait_for_text(machine, f"{FOLDER}/hers/b.jpg")


def test_whoever_may_drop_scans_may_not_read_the_settings(fresh_machine: Machine) -> None:
    assert "ocr-watcher-scans" in as_anna(fresh_machine, "id --name --groups").split()
    config = f"/etc/{NAME}/config.yaml"
    assert as_anna(fresh_machine, f"cat {config} 2>&1 || true").strip().endswith("denied")


def test_a_folder_that_exists_keeps_its_rights_and_the_one_command_is_said(
    fresh_machine: Machine,
) -> None:
    machine = fresh_machine
    machine.run("systemctl", "stop", NAME)
    machine.run("rm", "--recursive", FOLDER)
    machine.run("install", "-d", "--owner=anna", "--mode=0700", FOLDER)
    told = type_in(machine, commands_under("service: install")[0])
    assert machine.run("stat", "--format=%U %a", FOLDER).strip() == "anna 700"
    command = f"sudo chgrp {NAME}-scans {FOLDER} && sudo chmod g+rwxs {FOLDER}"
    assert command in told
    type_in(machine, command)
    again = type_in(machine, commands_under("service: install")[0])
    assert f"{FOLDER}: kept as it is" in again
    machine.run("systemctl", "start", NAME)
    as_anna(machine, f"cp {LETTER} {FOLDER}/letter.jpg")
    assert WORDS in wait_for_text(machine, f"{FOLDER}/letter.jpg")
