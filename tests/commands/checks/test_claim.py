"""`ocr-watcher check` names the program that works on a folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.service.lock import hold
from tests.daemon.daemon import Daemon

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.server import Simulator


def claims_of(daemon: Daemon) -> tuple[int, list[str]]:
    ended = daemon.beside("check")
    return ended.returncode, [line for line in ended.stdout.splitlines() if " claim " in line]


def test_nothing_where_nobody_does(simulator: Simulator, tmp_path: Path) -> None:
    assert claims_of(Daemon(tmp_path, simulator)) == (0, [])


def test_the_own_daemon_and_what_it_left_when_it_was_killed(
    simulator: Simulator, tmp_path: Path
) -> None:
    with Daemon(tmp_path, simulator) as daemon:
        status, (line,) = claims_of(daemon)
        assert status == 0
        assert line.startswith(f"ok    claim {daemon.folder}: the running daemon works on it: ")
        assert f"process {daemon.process.pid} of " in line
    status, (line,) = claims_of(daemon)
    assert status == 0
    assert line.startswith(f"ok    claim {daemon.folder}: left over from process ")


def test_a_service_whose_user_has_another_home_is_known_by_its_state_directory(
    simulator: Simulator, tmp_path: Path
) -> None:
    with Daemon(tmp_path, simulator) as daemon:
        daemon.variables |= dict.fromkeys(("XDG_STATE_HOME", "XDG_RUNTIME_DIR"), "")
        daemon.variables["HOME"] = str(tmp_path / "another")
        status, (line,) = claims_of(daemon)
    assert status == 0
    assert line.startswith(f"ok    claim {daemon.folder}: the running daemon works on it: ")


def test_another_one(simulator: Simulator, tmp_path: Path) -> None:
    daemon = Daemon(tmp_path, simulator)
    with hold({str(daemon.folder): True}, "local"):
        status, (line,) = claims_of(daemon)
    assert status == 0
    assert line.startswith(f"warn  claim {daemon.folder}: another ocr-watcher works on it")
    assert f"process {os.getpid()} of " in line


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_no_lock_file_fails(simulator: Simulator, tmp_path: Path, make) -> None:
    daemon = Daemon(tmp_path, simulator)
    make(daemon.folder / ".ocr-watcher.lock")
    status, (line,) = claims_of(daemon)
    assert status == 1
    assert line.startswith(f"fail  claim {daemon.folder}: ")
    assert "remove it" in line
