"""`ocr-watcher status --health`: the verdict of systemd's watchdog, for those without systemd."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.commands.health import problem_of
from ocr_watcher.service import life_sign
from ocr_watcher.service.life_sign import LifeSign, read_sign, write_sign
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
    from pathlib import Path

    from tests.simulator.server import Simulator

HEALTHY = "healthy: all threads advance\n"
QUICK = {"WATCHDOG_USEC": "300000"}
"""With these variables the daemon gives a sign three times in 0.3 seconds."""


@pytest.fixture
def few_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sign of life is too old after two seconds instead of minutes."""
    monkeypatch.setattr(LifeSign.problem, "__defaults__", (2.0,))


@pytest.fixture
def daemon(tmp_path: Path, simulator: Simulator) -> Iterator[Daemon]:
    with Daemon(tmp_path, simulator, variables=QUICK, program=("-c", SOON_OVERDUE)) as daemon:
        eventually(lambda: daemon.beside("status", "--health").returncode == 0)
        yield daemon


def test_a_daemon_at_rest_is_healthy_and_one_that_was_killed_is_not(daemon: Daemon) -> None:
    healthy = daemon.process_beside("status", "--health")
    assert (healthy.returncode, healthy.stdout, healthy.stderr) == (0, HEALTHY, "")
    daemon.kill()
    ended = daemon.process_beside("status", "--health")
    assert (ended.returncode, ended.stderr) == (1, "")
    assert ended.stdout == "unhealthy: no daemon runs that has begun to work\n"


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
