"""The messages that systemd receives from the real daemon, through its socket."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from ocr_watcher.service.lock import hold
from tests.daemon.daemon import Daemon, write
from tests.simulator.faults import Silence
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.simulator.server import Simulator

SOON_OVERDUE = (
    "from dataclasses import replace; import ocr_watcher.engine.baidu.description as of; "
    "known = of.DESCRIPTION; of.DESCRIPTION = replace("
    "known, policy=lambda baidu: replace(known.policy(baidu), longest_call_seconds=0.5)); "
    "from ocr_watcher.cli import main; main()"
)


class Manager:
    """A service manager that only listens."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.told: list[str] = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def count(self, state: str) -> int:
        return self.told.count(state)

    def status(self) -> str:
        told = [state for state in self.told if state.startswith("STATUS=")]
        return told[-1].removeprefix("STATUS=") if told else ""

    def close(self) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ending:
            ending.sendto(b"", str(self.path))
        self._thread.join()
        self._socket.close()

    def _listen(self) -> None:
        while datagram := self._socket.recv(65536):
            self.told.append(datagram.decode())


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    manager = Manager(tmp_path / "notify")
    yield manager
    manager.close()


@pytest.fixture
def daemon_under(tmp_path: Path, simulator: Simulator, manager: Manager) -> Callable[..., Daemon]:
    def daemon_under(**more: Any) -> Daemon:
        variables = {"NOTIFY_SOCKET": str(manager.path), "WATCHDOG_USEC": "300000"}
        return Daemon(tmp_path, simulator, variables=variables, **more)

    return daemon_under


def change_settings(directory: Path, **changes: object) -> None:
    path = directory / "config.yaml"
    settings = yaml.safe_load(path.read_text("utf-8"))
    path.write_text(yaml.safe_dump(settings | changes), "utf-8")


def test_it_is_ready_once_it_watches_and_says_how_things_stand(daemon_under, manager):
    with daemon_under() as daemon:
        eventually(lambda: manager.count("READY=1"))
        write(daemon.folder / "a.png", "one")
        eventually(lambda: manager.status() == "1 done, 0 waiting, 0 failed")
        eventually(lambda: manager.count("WATCHDOG=1") > 2)
        ready = manager.told.index("READY=1")
        assert [state for state in manager.told[:ready] if state.startswith("STATUS=")] == [
            "STATUS=starting: opens the engine and claims the folders",
            "STATUS=starting: begins to watch the folders",
        ]
        assert daemon.stop() == 0
    assert manager.told[-1] == "STOPPING=1"


def test_a_pause_is_part_of_the_status(daemon_under, manager, simulator):
    simulator.quota = 0
    with daemon_under() as daemon:
        write(daemon.folder / "a.png", "one")
        eventually(lambda: "1 waiting, 0 failed; no calls are made" in manager.status())


def test_a_reload_takes_a_new_folder_and_finishes_the_call_that_is_under_way(
    daemon_under, manager, simulator, tmp_path
):
    with daemon_under() as daemon:
        write(daemon.folder / "warm.png", "warm")
        eventually(lambda: "warm.png" in daemon.texts())
        simulator.next_faults.append(Silence())
        write(daemon.folder / "a.png", "under way")
        eventually(lambda: simulator.inside == 1)
        other = tmp_path / "other"
        other.mkdir()
        write(other / "b.png", "from the new folder")
        change_settings(tmp_path, folders=[str(daemon.folder), str(other)], workers=2)
        daemon.process.send_signal(signal.SIGHUP)
        eventually(lambda: any(state.startswith("RELOADING=1\n") for state in manager.told))
        simulator.release()
        eventually(lambda: manager.count("READY=1") == 2)
        eventually((other / "b.png.txt").exists)
        assert daemon.texts()["a.png"] == "under way\n"
        assert sorted(call.words for call in simulator.calls if call.billed) == [
            "from the new folder",
            "under way",
            "warm",
        ]


def test_a_reload_lets_go_of_a_folder_that_is_no_longer_named(daemon_under, manager, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    with daemon_under() as daemon:
        change_settings(tmp_path, folders=[str(other)])
        daemon.process.send_signal(signal.SIGHUP)
        eventually(lambda: manager.count("READY=1") == 2)
        write(daemon.folder / "left.png", "left")
        write(other / "taken.png", "taken")
        eventually((other / "taken.png.txt").exists)
        assert daemon.texts() == {}


def test_wrong_settings_are_refused_and_the_old_ones_stay_in_force(daemon_under, manager, tmp_path):
    with daemon_under() as daemon:
        change_settings(tmp_path, wrokers=3, settle_seconds=-1)
        daemon.process.send_signal(signal.SIGHUP)
        eventually(lambda: manager.count("READY=1") == 2)
        assert daemon.says("the settings stay as they were: wrokers: unknown key")
        assert daemon.says("the settings stay as they were: settle_seconds:")
        refused = "the settings file was refused: settle_seconds: "
        eventually(lambda: refused in manager.status())
        assert "(and 1 more), since " in manager.status()
        ended = daemon.beside("status")
        assert "daemon: running since " in ended.stdout
        assert refused in ended.stdout
        told = json.loads(daemon.beside("status", "--json").stdout)["daemon"]["settings_refused"]
        assert told["problem"].startswith(refused)
        write(daemon.folder / "a.png", "still watched")
        eventually(lambda: daemon.texts() == {"a.png": "still watched\n"})


def test_a_refusal_is_told_until_good_settings_were_read(daemon_under, manager, tmp_path):
    with daemon_under() as daemon:
        change_settings(tmp_path, workers="many")
        daemon.process.send_signal(signal.SIGHUP)
        eventually(lambda: "refused: workers" in manager.status())
        change_settings(tmp_path, workers=3)
        daemon.process.send_signal(signal.SIGHUP)
        eventually(lambda: manager.count("READY=1") == 3)
        eventually(lambda: "refused" not in manager.status())
        assert "refused" not in daemon.beside("status").stdout


@pytest.mark.slow
def test_who_asks_for_a_reload_waits_for_its_answer(daemon_under, tmp_path):
    with daemon_under() as daemon:
        ask = [sys.executable, "-m", "ocr_watcher.service.reload", str(daemon.process.pid)]

        def reload() -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                ask, env=daemon.variables, capture_output=True, text=True, timeout=60, check=False
            )

        assert reload().returncode == 0
        change_settings(tmp_path, workers="many")
        for _ in range(2):
            refused = reload()
            assert refused.returncode == 78
            assert "ocr-watcher: the settings file was refused: workers: " in refused.stderr
        change_settings(tmp_path, workers=3)
        assert (reload().returncode, reload().stderr) == (0, "")
        daemon.kill()
        assert reload().returncode == 1


def test_a_folder_that_another_daemon_has_is_refused_and_the_old_settings_serve_on(
    daemon_under, manager, tmp_path
):
    other = tmp_path / "other"
    other.mkdir()
    with daemon_under() as daemon, hold({str(other): True}, "another"):
        change_settings(tmp_path, folders=[str(daemon.folder), str(other)])
        daemon.process.send_signal(signal.SIGHUP)
        eventually(lambda: manager.count("READY=1") == 2)
        assert daemon.says("the settings stay as they were: another ocr-watcher works on")
        write(daemon.folder / "a.png", "served on")
        eventually(lambda: daemon.texts() == {"a.png": "served on\n"})
        assert daemon.stop() == 0


def test_the_pings_stop_while_a_worker_hangs_and_go_on_after_it(daemon_under, manager, simulator):
    with daemon_under(program=("-c", SOON_OVERDUE)) as daemon:
        simulator.next_faults.append(Silence())
        write(daemon.folder / "a.png", "held")
        eventually(
            lambda: daemon.says("the work does not advance: a thread has worked for too long on:")
        )
        pings = manager.count("WATCHDOG=1")
        simulator.release()
        eventually(lambda: daemon.texts() == {"a.png": "held\n"})
        eventually(lambda: manager.count("WATCHDOG=1") > pings + 2)
        assert daemon.log.count("the work does not advance") == 1


def test_without_a_service_manager_it_serves_all_the_same(tmp_path, simulator):
    with Daemon(tmp_path, simulator) as daemon:
        assert "NOTIFY_SOCKET" not in os.environ
        write(daemon.folder / "a.png", "one")
        eventually(lambda: daemon.texts() == {"a.png": "one\n"})
        daemon.process.send_signal(signal.SIGHUP)
        eventually(lambda: daemon.log.count("watching") == 2)
        assert daemon.stop() == 0
