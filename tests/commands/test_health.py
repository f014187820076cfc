"""`ocr-watcher status --health`: the verdict of systemd's watchdog, for those without systemd."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.commands.daemon import _RELOAD_SECONDS
from ocr_watcher.commands.health import problem_of
from ocr_watcher.service import life_sign
from ocr_watcher.service.life_sign import (
    DISK_SECONDS,
    LifeSign,
    SignFile,
    is_in_memory,
    read_sign,
    write_sign,
)
from ocr_watcher.service.running import Running
from ocr_watcher.service.runs import registered, runs
from ocr_watcher.settings.model import FolderSettings, Settings
from tests.commands.program import environment, in_this_process
from tests.daemon.daemon import Daemon, write
from tests.daemon.test_service_manager import SOON_OVERDUE
from tests.documentation import ROOT
from tests.simulator.faults import Silence
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.simulator.server import Simulator

HEALTHY = "healthy: all threads advance\n"
QUICK = {"WATCHDOG_USEC": "300000"}
"""With these variables the daemon gives a sign three times in 0.3 seconds."""


@pytest.fixture
def few_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sign of life is too old after two seconds instead of minutes."""
    monkeypatch.setattr(LifeSign.problem, "__defaults__", (2.0,))


@pytest.fixture
def in_memory() -> Iterator[Path]:
    """A directory where each sign is written, not only one in half a minute."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as directory:
        yield Path(directory)


@pytest.fixture
def daemon(tmp_path: Path, in_memory: Path, simulator: Simulator) -> Iterator[Daemon]:
    variables = {**QUICK, "XDG_RUNTIME_DIR": str(in_memory)}
    with Daemon(tmp_path, simulator, variables=variables, program=("-c", SOON_OVERDUE)) as daemon:
        eventually(lambda: daemon.beside("status", "--health").returncode == 0)
        yield daemon


def test_a_daemon_at_rest_is_healthy_and_one_that_was_killed_is_not(daemon: Daemon) -> None:
    healthy = daemon.process_beside("status", "--health")
    assert (healthy.returncode, healthy.stdout, healthy.stderr) == (0, HEALTHY, "")
    daemon.kill()
    ended = daemon.process_beside("status", "--health")
    assert (ended.returncode, ended.stderr) == (1, "")
    assert ended.stdout == "unhealthy: no daemon runs that has begun to work\n"


SLOW_TO_WATCH = (
    "import sys, time; from pathlib import Path; import ocr_watcher.watch.watchers as of; "
    "start = of.Watcher.start; go = Path(sys.argv[3]).with_name('go')\n"
    "def slow(self):\n"
    "    while not go.exists(): time.sleep(0.02)\n"
    "    start(self)\n"
    "of.Watcher.start = slow\n"
    "from ocr_watcher.cli import main; main()"
)
"""It begins to watch when the file ``go`` lies beside the settings file, as in a large tree."""


def test_a_daemon_that_does_not_watch_everything_yet_is_healthy(
    tmp_path: Path, simulator: Simulator
) -> None:
    daemon = Daemon(tmp_path, simulator, program=("-c", SLOW_TO_WATCH))
    with subprocess.Popen(daemon.command_line, env=daemon.variables) as process:
        try:
            eventually(lambda: daemon.beside("status", "--health").stdout == HEALTHY)
            write(daemon.folder / "a.png", "found")
            assert daemon.texts() == {}
            (tmp_path / "go").touch()
            eventually(lambda: daemon.texts() == {"a.png": "found\n"})
            assert daemon.beside("status", "--health").stdout == HEALTHY
        finally:
            process.kill()


def test_failed_images_and_a_pause_are_no_illness(daemon: Daemon, simulator: Simulator) -> None:
    simulator.quota = 0
    (daemon.folder / "failed.png").write_text("no picture")
    write(daemon.folder / "waiting.png", "waiting")
    eventually(
        lambda: json.loads(daemon.beside("status", "--json").stdout)["engine"]["state"] == "paused"
    )
    ended = daemon.beside("status", "--health", "--json")
    assert ended.returncode == 0
    assert json.loads(ended.stdout) == {"healthy": True, "problem": None}


def test_a_daemon_that_hangs_as_a_whole_is_unhealthy_until_it_goes_on(
    daemon: Daemon, few_seconds: None
) -> None:
    daemon.process.send_signal(signal.SIGSTOP)
    said = ""

    def is_unhealthy() -> bool:
        nonlocal said
        ended = daemon.beside("status", "--health")
        said = ended.stdout
        return ended.returncode == 1

    eventually(is_unhealthy)
    assert said.startswith(f"unhealthy: process {daemon.process.pid}: it has given no sign of life")
    daemon.process.send_signal(signal.SIGCONT)
    eventually(lambda: daemon.beside("status", "--health").stdout == HEALTHY)


def test_a_thread_that_hangs_is_told_until_it_advances(
    daemon: Daemon, simulator: Simulator
) -> None:
    simulator.next_faults.append(Silence())
    write(daemon.folder / "a.png", "held")
    eventually(
        lambda: (
            "a thread has worked for too long on: " in daemon.beside("status", "--health").stdout
        )
    )
    assert daemon.beside("status", "--health").returncode == 1
    simulator.release()
    eventually(lambda: daemon.beside("status", "--health").stdout == HEALTHY)


def test_settings_that_are_wrong_by_now_hide_no_daemon(daemon: Daemon) -> None:
    daemon.settings_file.write_text(f"state_dir: {daemon.state}\nno_such_setting: 1\n")
    assert daemon.beside("status", "--health").stdout == HEALTHY


def test_settings_that_are_gone_by_now_hide_no_daemon(daemon: Daemon, tmp_path: Path) -> None:
    gone = {"OCR_WATCHER_CONFIG": str(tmp_path / "gone.yaml")}
    own = {"HOME": str(daemon.settings_file.parent), "OCR_WATCHER_STATE_DIR": str(daemon.state)}
    ended = in_this_process("status", "--health", variables=environment(tmp_path, **gone, **own))
    assert (ended.stdout, ended.stderr) == (HEALTHY, "")


def test_without_a_folder_or_a_daemon_the_verdict_is_unhealthy(tmp_path: Path) -> None:
    ended = in_this_process("status", "--health", variables=environment(tmp_path))
    assert (ended.returncode, ended.stderr) == (1, "")
    assert ended.stdout.startswith("unhealthy: no daemon runs")


@pytest.fixture
def running() -> Running:
    return Running.now("local", Settings(folders=(FolderSettings(path="/scans"),), state_dir="/s"))


def test_a_run_that_has_given_no_sign_yet_is_not_healthy(running: Running, tmp_path: Path) -> None:
    with registered(running, [tmp_path / "running"]) as registration:
        assert problem_of(runs([tmp_path / "running"])) != ""
        registration.give_sign("")
        assert problem_of(runs([tmp_path / "running"])) == ""
        registration.give_sign("a thread has ended")
        assert (
            problem_of(runs([tmp_path / "running"])) == f"process {os.getpid()}: a thread has ended"
        )


def test_of_two_directories_the_later_sign_counts(running: Running, tmp_path: Path) -> None:
    """Where one is on a disk that is full, its sign stays old."""
    places = [tmp_path / "first", tmp_path / "second"]
    with registered(running, places) as registration:
        registration.give_sign("")
        lock = next(places[1].glob("*.lock"))
        with lock.open("r+b") as file:
            write_sign(file.fileno(), replace(LifeSign.now("late"), at=time.monotonic() - 1000))
        assert [problem_of(runs(order)) for order in (places, places[::-1])] == ["", ""]


def test_a_sign_is_too_old_when_systemd_would_end_the_daemon() -> None:
    unit = (ROOT / "systemd/ocr-watcher.service").read_text("utf-8")
    (minutes,) = re.findall(r"^WatchdogSec=(\d+)min$", unit, re.MULTILINE)
    assert int(minutes) * 60 == life_sign.MOST_SECONDS


class SignsOnDisk:
    """A sign file on a disk, with a clock that a test sets, and what lies in the file."""

    def __init__(self, descriptor: int) -> None:
        self.now = 1000.0
        self._descriptor = descriptor
        self._file = SignFile(descriptor, in_memory=False, clock=lambda: self.now)

    def wrote(self, fault: str) -> bool:
        """Give a sign, and return whether it was written."""
        sign = LifeSign.now(fault)
        self._file.give(sign)
        return read_sign(self._descriptor) == sign


def test_on_a_disk_a_sign_that_says_nothing_new_is_written_twice_a_minute(tmp_path: Path) -> None:
    with (tmp_path / "sign").open("w+b") as file:
        disk = SignsOnDisk(file.fileno())
        assert disk.wrote("")
        disk.now += DISK_SECONDS - 0.1
        assert not disk.wrote("")
        disk.now += 0.1
        assert disk.wrote("")
        assert not disk.wrote("")
        disk.now += 1.0
        assert disk.wrote("no end of: a page")
        assert disk.wrote("")


def test_in_memory_each_sign_is_written(tmp_path: Path, in_memory: Path) -> None:
    assert is_in_memory(in_memory)
    assert not is_in_memory(Path("/proc"))
    with (tmp_path / "sign").open("w+b") as file:
        signs = SignFile(file.fileno(), in_memory=True)
        for _ in range(3):
            sign = LifeSign.now("")
            signs.give(sign)
            assert read_sign(file.fileno()) == sign


def test_a_sign_on_a_disk_outlasts_a_reload() -> None:
    assert DISK_SECONDS + _RELOAD_SECONDS < life_sign.MOST_SECONDS


def test_a_sign_of_another_boot_is_no_proof() -> None:
    sign = replace(LifeSign.now(""), boot="another")
    assert "another machine" in sign.problem()


def test_a_sign_of_the_future_is_no_proof() -> None:
    now = LifeSign.now("")
    assert "its clock is not the one" in replace(now, at=now.at + 100_000).problem()
    assert now.problem() == ""


@pytest.mark.parametrize(
    "fault", ["", "a thread has worked for too long on: " + "读" * 400, 'a "quoted"\n line']
)
def test_a_sign_is_read_as_it_was_written_whatever_was_there_before(
    tmp_path: Path, fault: str
) -> None:
    with (tmp_path / "sign").open("w+b") as file:
        write_sign(file.fileno(), LifeSign.now("🖼" * 400))
        sign = LifeSign.now(fault)
        write_sign(file.fileno(), sign)
        assert read_sign(file.fileno()) == sign
        assert os.fstat(file.fileno()).st_size == life_sign.BYTES


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[" * 512,
        b'{"boot": 1, "at": "x", "fault": 1}',
        b'{"boot": "", "at": NaN, "fault": ""}',
        b'{"boot": "", "at": 1e999, "fault": ""}',
    ],
)
def test_what_is_no_sign_is_none(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "sign"
    file.write_bytes(content)
    with file.open("rb") as opened:
        assert read_sign(opened.fileno()) is None
