"""`ocr-watcher status`: what is done, waits and has failed, beside the daemon and without one."""

from __future__ import annotations

import json
import os
import subprocess
import termios
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.service.lock import hold
from ocr_watcher.service.running import Running
from ocr_watcher.service.runs import own_places, registered
from ocr_watcher.settings.model import FolderSettings, Settings
from ocr_watcher.values.machine import Machine
from ocr_watcher.values.pause import Pause
from tests.abilities import open_terminal
from tests.commands.program import (
    command,
    environment,
    in_this_process,
    ocr_watcher,
    read_to_the_end,
)
from tests.daemon.daemon import Daemon, write
from tests.simulator.faults import ErrorCode, Silence
from tests.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.server import Simulator


def status_of(daemon: Daemon) -> Any:
    ended = daemon.beside("status", "--json")
    assert ended.stderr == ""
    status = json.loads(ended.stdout)
    open_ends = any(folder["waiting"] or folder["failed"] for folder in status["folders"])
    assert ended.returncode == (1 if open_ends or "problem" in status["folders"][0] else 0)
    return status


def test_beside_the_daemon_it_is_one_object_of_the_documented_shape(
    simulator: Simulator, tmp_path: Path
) -> None:
    started = time.time()
    with Daemon(tmp_path, simulator) as daemon:
        write(daemon.folder / "done.png", "done")
        eventually(daemon.texts)
        (daemon.folder / "failed.png").write_text("no picture")
        eventually(daemon.error_files)
        simulator.fault = lambda _call: Silence()
        write(daemon.folder / "waiting.png", "waiting")
        simulator.wait_for(lambda: simulator.inside == 1, 20)
        ended = daemon.process_beside("status", "--json")
        simulator.release()
    assert (ended.returncode, ended.stderr) == (1, "")
    status = json.loads(ended.stdout)
    since = datetime.fromisoformat(status["daemon"].pop("since"))
    assert started - 1 < since.timestamp() < time.time()
    assert status == {
        "folders": [{"path": str(daemon.folder), "done": 1, "waiting": 1, "failed": 1}],
        "engine": {"name": "baidu", "state": "ready"},
        "calls": {"today": 1, "month": 1},
        "daemon": {"running": True},
    }


def test_without_a_daemon_it_tells_the_same_from_the_folder(
    simulator: Simulator, tmp_path: Path
) -> None:
    daemon = Daemon(tmp_path, simulator)
    for name in ("done", "also-done"):
        write(daemon.folder / f"{name}.png", name)
    (daemon.folder / "failed.png").write_text("no picture")
    daemon.once()
    write(daemon.folder / "later.png", "later")
    assert status_of(daemon) == {
        "folders": [{"path": str(daemon.folder), "done": 2, "waiting": 1, "failed": 1}],
        "engine": {"name": "baidu", "state": "ready"},
        "calls": {"today": 2, "month": 2},
        "daemon": {"running": False, "since": None},
    }


def test_for_people_it_is_a_line_for_each_thing(simulator: Simulator, tmp_path: Path) -> None:
    daemon = Daemon(tmp_path, simulator)
    write(daemon.folder / "a.png", "words")
    ended = daemon.beside("status")
    assert ended.returncode == 1
    assert ended.stdout == (
        f"{daemon.folder}: 0 done, 1 waiting, 0 failed\n"
        "engine baidu: ready\n"
        "calls: 0 today, 0 this month\n"
        "daemon: not running\n"
    )


def test_a_pause_is_told_with_its_reason_its_end_and_its_remedy(
    simulator: Simulator, tmp_path: Path
) -> None:
    simulator.fault = lambda _call: ErrorCode(6)
    with Daemon(tmp_path, simulator) as daemon:
        write(daemon.folder / "a.png", "words")
        eventually(lambda: daemon.says("no calls are made"))
        eventually(lambda: status_of(daemon)["engine"]["state"] == "paused")
        engine = status_of(daemon)["engine"]
        for_people = daemon.beside("status").stdout
    assert set(engine) == {"name", "state", "reason", "since", "until", "remedy"}
    since, until = (datetime.fromisoformat(engine[key]) for key in ("since", "until"))
    assert 295 <= (until - since).total_seconds() <= 305
    assert "tick this interface" in engine["remedy"]
    assert f"since {engine['since']}: {engine['reason']}\n" in for_people
    assert f"tries again at {engine['until']}; {engine['remedy']}\n" in for_people
    assert "daemon: running since " in for_people


@pytest.mark.parametrize(("seconds", "state"), [(3600, "paused"), (-1, "ready")])
def test_what_an_ended_daemon_waited_for_is_told_until_it_is_over(
    seconds: float, state: str, simulator: Simulator, tmp_path: Path
) -> None:
    daemon = Daemon(tmp_path, simulator)
    now = time.time()
    with Ledger(daemon.state) as ledger:
        ledger.paused("baidu", Pause("17", "used up", "buy calls", now - 60, now + seconds))
    assert status_of(daemon)["engine"]["state"] == state


def test_a_folder_that_is_away_is_told_and_the_others_are_counted(
    simulator: Simulator, tmp_path: Path
) -> None:
    away, there = tmp_path / "away", tmp_path / "scans"
    daemon = Daemon(tmp_path, simulator, settings={"folders": [str(away), str(there)]})
    write(there / "a.png", "words")
    lines = daemon.beside("status").stdout.splitlines()
    assert lines[:2] == [
        f"{away}: cannot be read: No such file or directory",
        f"{there}: 0 done, 1 waiting, 0 failed",
    ]
    assert status_of(daemon)["folders"][0] == {
        "path": str(away),
        "done": 0,
        "waiting": 0,
        "failed": 0,
        "problem": "cannot be read: No such file or directory",
    }


def test_keys_are_not_needed(simulator: Simulator, tmp_path: Path) -> None:
    daemon = Daemon(tmp_path, simulator, settings={"engine": "baidu"})
    del daemon.variables["OCR_WATCHER_BAIDU_SECRET_KEY"]
    assert status_of(daemon)["engine"]["name"] == "baidu"


def test_folders_on_the_command_line_replace_those_of_the_settings(
    simulator: Simulator, tmp_path: Path
) -> None:
    daemon = Daemon(tmp_path, simulator)
    write(tmp_path / "others/a.png", "words")
    ended = daemon.beside("status", tmp_path / "others")
    assert ended.stdout.startswith(f"{tmp_path / 'others'}: 0 done, 1 waiting, 0 failed\n")


def test_names_that_are_not_utf_8_do_not_break_it(simulator: Simulator, tmp_path: Path) -> None:
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/sc\xffns\n")
    (tmp_path / odd).mkdir()
    ended = ocr_watcher("status", "--json", odd, variables=Daemon(tmp_path, simulator).variables)
    assert json.loads(ended.stdout)["folders"][0]["path"].endswith("/sc\\udcffns\\n")
    assert ended.returncode == 0


def test_a_count_is_shown_on_a_terminal_while_the_folder_is_walked(
    simulator: Simulator, tmp_path: Path
) -> None:
    daemon = Daemon(tmp_path, simulator)
    write(daemon.folder / "a.png", "words")
    ours, theirs = open_terminal()
    termios.tcsetwinsize(ours, (24, 80))
    arguments = command("status", "-c", daemon.settings_file)
    with subprocess.Popen(
        arguments, env=daemon.variables, stdout=subprocess.PIPE, stderr=theirs
    ) as process:
        os.close(theirs)
        assert b"image/s" in read_to_the_end(ours)
        output, _ = process.communicate(timeout=20)
    assert b"0 done, 1 waiting" in output


def test_who_works_on_a_folder_is_told_where_no_daemon_of_this_user_does(
    simulator: Simulator, tmp_path: Path
) -> None:
    daemon = Daemon(tmp_path, simulator)
    with hold({str(daemon.folder): True}, "local"):
        told = daemon.beside("status").stdout.splitlines()[1]
        assert told.startswith(f"  claimed by another ocr-watcher: process {os.getpid()} of ")
        assert "claimed_by" in json.loads(daemon.beside("status", "--json").stdout)["folders"][0]
    assert "claimed" not in daemon.beside("status").stdout


def test_images_that_were_read_with_low_confidence_are_counted_told_and_named(
    simulator: Simulator, tmp_path: Path
) -> None:
    settings = {
        "output": {"formats": ["txt", "json"]},
        "baidu": {"options": {"probability": "true"}},
    }
    daemon = Daemon(tmp_path, simulator, settings=settings)
    doubtful = write(daemon.folder / "doubtful.png", "Harb?ur L?ne")
    write(daemon.folder / "sure.png", "Northwick")
    log = daemon.once().stderr
    counts = {"path": str(daemon.folder), "done": 2, "waiting": 0, "failed": 0}
    assert status_of(daemon)["folders"] == [{**counts, "low_confidence": 1}]
    assert "  read with low confidence: 1 of those done" in daemon.beside("status").stdout
    assert daemon.beside("why", doubtful).stdout == (
        f"{doubtful}: done, but read with low confidence (0.41 of 1)\n"
    )
    (warning,) = [line for line in log.splitlines() if "read with low confidence" in line]
    assert " warning " in warning
    assert "doubtful.png" in warning
    assert "low_confidence=0.41" in warning
    assert "language_type" in warning
    (page,) = json.loads((daemon.folder / "doubtful.png.json").read_text())["pages"]
    assert page["low_confidence"] == 0.41
    (page,) = json.loads((daemon.folder / "sure.png.json").read_text())["pages"]
    assert "low_confidence" not in page


def test_an_image_that_is_read_better_or_goes_is_no_longer_counted(
    simulator: Simulator, tmp_path: Path
) -> None:
    daemon = Daemon(tmp_path, simulator, settings={"baidu": {"options": {"probability": "true"}}})
    for name in ("better", "gone"):
        write(daemon.folder / f"{name}.png", "Harb?ur L?ne")
    daemon.once()
    assert status_of(daemon)["folders"][0]["low_confidence"] == 2
    write(daemon.folder / "better.png", "Harbour Lane in full")
    (daemon.folder / "gone.png").unlink()
    assert "low_confidence" not in status_of(daemon)["folders"][0]
    daemon.once()
    assert status_of(daemon)["folders"][0]["done"] == 1
    assert "low_confidence" not in status_of(daemon)["folders"][0]


def told_with_machines(tmp_path: Path, *machines: Machine) -> tuple[dict[str, Any], str]:
    """What is told for programs and for people, beside a run that machines read for."""
    variables = environment(tmp_path, XDG_STATE_HOME=str(tmp_path / "home"))
    scans = tmp_path / "scans"
    scans.mkdir()
    settings = Settings(
        folders=(FolderSettings(path=scans),), state_dir=tmp_path / "state", engine="cluster"
    )
    with registered(Running.now("cluster", settings), own_places(variables)) as registration:
        registration.update(reloads=0, refusal=None, left_alone={}, machines=machines)
        as_json = in_this_process("status", "--json", variables=variables)
        as_text = in_this_process("status", variables=variables)
    assert (as_json.returncode, as_text.returncode) == (0, 0)
    return json.loads(as_json.stdout)["engine"], as_text.stdout


def test_the_machines_of_a_cluster_are_told_and_why_a_worker_gets_no_pages(tmp_path: Path) -> None:
    why_not = "it has ocr-watcher 0.0.9, and this machine 0.1.0"
    engine, text = told_with_machines(
        tmp_path, Machine("10.0.0.1", 2, 16, 900, 60), Machine("10.0.0.2", 0, 0, why_not=why_not)
    )
    assert engine == {
        "name": "cluster",
        "state": "ready",
        "machines": [
            {"name": "10.0.0.1", "workers": 2, "threads": 16, "pages_a_minute": 60},
            {
                "name": "10.0.0.2",
                "workers": 0,
                "threads": 0,
                "pages_a_minute": 0,
                "left_out": why_not,
            },
        ],
    }
    assert (
        "engine cluster: ready\n"
        "machine 10.0.0.1: workers: 2, threads: 16, pages in the last minute: 60\n"
        "machine 10.0.0.2: workers: 0, threads: 0, pages in the last minute: 0\n"
        f"  a worker gets no pages: {why_not}\n"
    ) in text


def test_without_machines_none_are_told(tmp_path: Path) -> None:
    engine, text = told_with_machines(tmp_path)
    assert engine == {"name": "cluster", "state": "ready"}
    assert "\nmachine " not in text


def test_names_of_machines_and_of_their_models_take_one_line_each(tmp_path: Path) -> None:
    hostile = "one\nengine local: ready\x1b[2J\u202e"
    engine, text = told_with_machines(tmp_path, Machine(hostile, 1, 1, why_not=hostile))
    (machine,) = engine["machines"]
    assert machine["name"] == machine["left_out"]
    assert machine["name"].isprintable()
    assert not {*text} & {"\x1b", "\u202e"}
    assert "\nengine local" not in text
