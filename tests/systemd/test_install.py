"""The installer: again and again, to a newer version, and away; scans are never touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.systemd.readme import commands_under, type_in
from tests.systemd.service import FOLDER, NAME, SETTINGS

if TYPE_CHECKING:
    from tests.systemd.machine import Machine
    from tests.systemd.service import Service

pytestmark = [pytest.mark.systemd, pytest.mark.timeout(900)]

_INSTALL = commands_under("service: install")[0]
MEMBERS = ("scheduler", "worker")


def exists(machine: Machine, path: str) -> bool:
    return machine.attempt("test", "-e", path).returncode == 0


def test_a_wrong_option_is_refused_with_the_usage(machine: Machine) -> None:
    refused = machine.attempt("/usr/src/ocr-watcher/systemd/install", "--everything")
    assert refused.returncode == 2
    assert refused.stdout.startswith("Usage: ")


def test_whoever_is_not_root_is_told_so(machine: Machine) -> None:
    refused = machine.attempt("sudo", "-u", NAME, "/usr/src/ocr-watcher/systemd/install")
    assert refused.returncode == 1
    assert "must run as root" in refused.stdout


def test_only_root_and_the_service_can_read_settings_and_keys(service: Service) -> None:
    shown = service.machine.run(
        *("stat", "--format=%U:%G %a", SETTINGS, f"/etc/credstore/{NAME}.baidu-secret-key")
    )
    assert shown.splitlines() == [f"root:{NAME} 640", "root:root 600"]


def test_a_command_beside_the_service_finds_its_settings_and_its_state(service: Service) -> None:
    service.start()
    service.wait_for_text(service.drop("letter.png", "Dear Anna"))
    told = service.machine.run("sudo", "-u", NAME, "ocr-watcher", "status")
    assert f"{FOLDER}: 1 done, 0 waiting, 0 failed" in told
    assert "running since" in told


def test_an_upgrade_keeps_the_settings_and_brings_the_service_back(service: Service) -> None:
    service.start()
    service.wait_for_text(service.drop("before.png", "before"))
    settings, process = service.machine.run("cat", SETTINGS), service.value("MainPID")
    told = type_in(service.machine, _INSTALL)
    assert "kept as they are" in told
    assert service.machine.run("cat", SETTINGS) == settings
    assert service.value("MainPID") not in {process, "0"}
    assert service.wait_for_text(service.drop("after.png", "after")) == "after\n"


def test_an_upgrade_that_cannot_fetch_leaves_the_service_as_it_was(service: Service) -> None:
    service.start()
    process = service.value("MainPID")
    failed = service.machine.attempt(
        *("env", "PIP_FIND_LINKS=/nowhere", "PIP_CONFIG_FILE=/dev/null", "PIP_NO_INDEX=1"),
        "/usr/src/ocr-watcher/systemd/install",
    )
    assert failed.returncode != 0
    assert service.value("MainPID") == process
    assert service.wait_for_text(service.drop("letter.png", "Dear Anna")) == "Dear Anna\n"
    assert service.machine.run("find", "/var/tmp", "-name", f"{NAME}.*") == ""


def test_uninstalled_it_leaves_scans_text_and_settings_and_can_come_back(service: Service) -> None:
    machine = service.machine
    service.start()
    image = service.drop("letter.png", "Dear Anna")
    service.wait_for_text(image)
    before = image.read_bytes()
    type_in(machine, f"{_INSTALL} --uninstall")
    assert image.read_bytes() == before
    assert image.with_name("letter.png.txt").read_text("utf-8") == "Dear Anna\n"
    assert machine.attempt("systemctl", "cat", NAME).returncode != 0
    members = {f"/usr/local/lib/systemd/system/{NAME}-{kind}.service" for kind in MEMBERS}
    gone = {"/opt/ocr-watcher", "/usr/local/bin/ocr-watcher", *members}
    kept = {SETTINGS, f"/var/lib/{NAME}/", f"/etc/credstore/{NAME}.baidu-api-key"}
    assert [path for path in gone if exists(machine, path)] == []
    assert {path for path in kept if exists(machine, path)} == kept
    type_in(machine, f"{_INSTALL} --uninstall --purge")
    assert [path for path in kept if exists(machine, path)] == []
    assert image.with_name("letter.png.txt").exists()
    type_in(machine, _INSTALL)
    assert machine.run("stat", "--format=%U", f"{FOLDER}/letter.png.txt").strip() == NAME
