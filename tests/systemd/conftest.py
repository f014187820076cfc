from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.systemd import debian
from tests.systemd.machine import Machine
from tests.systemd.readme import commands_under, type_in
from tests.systemd.service import FOLDER, Service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.simulator.server import Simulator

_PIP = "[global]\nno-index = true\nfind-links = /usr/src/wheels\n"


@pytest.fixture(scope="session")
def scans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What lies at ``/srv/scans`` of the machine."""
    return tmp_path_factory.mktemp("scans")


@pytest.fixture(scope="session")
def pip_settings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What has a machine's pip install from the wheels that are kept."""
    file = tmp_path_factory.mktemp("pip") / "pip.conf"
    file.write_text(_PIP, "utf-8")
    return file


@pytest.fixture(scope="session")
def bare_machine(
    scans: Path, pip_settings: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Machine]:
    """A fresh Debian 12 with the checkout at ``/usr/src/ocr-watcher``."""
    if reason := debian.what_is_missing():
        pytest.skip(f"THE SERVICE ON A REAL SYSTEMD IS NOT TESTED: {reason}")
    directory = tmp_path_factory.mktemp("machine")
    read_only = {
        "/usr/src/ocr-watcher": debian.CHECKOUT,
        "/usr/src/wheels": debian.wheels(),
        "/etc/pip.conf": pip_settings,
    }
    with Machine(
        debian.root(), read_only=read_only, writable={FOLDER: scans}, log=directory / "console"
    ) as machine:
        yield machine


@pytest.fixture(scope="session")
def machine(bare_machine: Machine) -> Machine:
    """The same with the service installed by the documentation, and its folder its own."""
    for command in commands_under("service: install"):
        type_in(bare_machine, command)
    bare_machine.run("chown", "ocr-watcher:", FOLDER)
    return bare_machine


@pytest.fixture
def service(machine: Machine, scans: Path, simulator: Simulator) -> Iterator[Service]:
    """The service, stopped, with the simulator's keys laid down as the documentation says."""
    for command, key in zip(
        commands_under("service: keys"), (simulator.api_key, simulator.secret_key), strict=True
    ):
        type_in(machine, command, key)
    service = Service(machine, scans, simulator)
    service.reset()
    service.configure()
    yield service
    service.reset()
