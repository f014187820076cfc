"""Commands know the folders of every daemon of this user, however it was started."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.service.running import Running
from ocr_watcher.service.runs import registered, runs
from ocr_watcher.settings.model import Settings
from ocr_watcher.values.machine import Machine
from tests.commands.program import command, in_this_process
from tests.daemon.daemon import Daemon, write
from tests.simulator.faults import ErrorCode
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.simulator.server import Simulator


@pytest.fixture
def daemon(simulator: Simulator, tmp_path: Path) -> Iterator[Daemon]:
    """A daemon whose settings no other command is told, as one with folders on its command line."""
    daemon = Daemon(tmp_path, simulator)
    with daemon:
        yield daemon


def ask(daemon: Daemon, *words: str | Path) -> subprocess.CompletedProcess[str]:
    variables = {name: value for name, value in daemon.variables.items() if "BAIDU" not in name}
    return in_this_process(*words, variables=variables)


def test_folders_of_the_command_line_are_known(
    simulator: Simulator, tmp_path: Path, folder: Path
) -> None:
    variables = Daemon(tmp_path, simulator).variables | {"XDG_RUNTIME_DIR": str(tmp_path)}
    run = command("run", folder, "--engine", "baidu")
    with subprocess.Popen(run, env=variables, stderr=subprocess.DEVNULL) as process:
        try:
            eventually(
                lambda: in_this_process("status", variables=variables).stdout.startswith(
                    f"{folder}: 0 done, 0 waiting, 0 failed\nengine baidu: ready\n"
                )
            )
        finally:
            process.terminate()
        assert process.wait(30) == 0
    assert in_this_process("status", variables=variables).returncode == 1


def test_status_tells_of_it_and_exits_as_the_images_are(daemon: Daemon) -> None:
    write(daemon.folder / "a.png", "words")
    eventually(daemon.texts)
    ended = ask(daemon, "status", "--json")
    assert ended.returncode == 0
    status = json.loads(ended.stdout)
    assert status["folders"] == [{"path": str(daemon.folder), "done": 1, "waiting": 0, "failed": 0}]
    assert status["calls"] == {"today": 1, "month": 1}
    assert status["daemon"]["running"] is True
    (daemon.folder / "bad.png").write_text("no picture")
    eventually(daemon.error_files)
    assert ask(daemon, "status").returncode == 1


def test_why_and_retry_find_its_folders(daemon: Daemon, simulator: Simulator) -> None:
    simulator.fault = lambda _call: ErrorCode(216201)
    image = write(daemon.folder / "a.png", "words")
    eventually(daemon.error_files)
    ended = ask(daemon, "why", image)
    assert ended.returncode == 1
    assert ended.stdout.startswith(f"{image}: failed with code 216201: ")
    simulator.fault = None
    ended = ask(daemon, "retry", image)
    assert (ended.returncode, ended.stdout) == (0, "1 waiting again\n")
    eventually(daemon.texts)
    assert ask(daemon, "why", image).returncode == 0


def test_a_path_that_is_nowhere_to_be_found_is_an_error(daemon: Daemon, tmp_path: Path) -> None:
    for path, told in (
        (daemon.folder / "missing.png", "No such file or directory"),
        (tmp_path / "stranger.png", "lies in no watched folder"),
    ):
        ended = ask(daemon, "retry", path)
        assert (ended.returncode, ended.stdout) == (1, "0 waiting again\n")
        assert told in ended.stderr


def test_settings_that_are_named_are_about_their_folders_alone(
    daemon: Daemon, simulator: Simulator, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = Daemon(tmp_path / "other", simulator, variables={"HOME": str(tmp_path)})
    assert other.beside("status").stdout.startswith(f"{other.folder}: ")
    assert str(daemon.folder) not in other.beside("status").stdout
    image = write(daemon.folder / "a.png", "words")
    eventually(daemon.texts)
    assert other.beside("why", image).stdout == f"{image}: done\n"


def test_a_settings_file_that_has_become_wrong_hides_no_daemon(daemon: Daemon) -> None:
    daemon.settings_file.write_text(f"state_dir: {daemon.state}\nwrokers: 3\n")
    ended = daemon.beside("status")
    assert ended.stdout.startswith(f"{daemon.folder}: 0 done, 0 waiting, 0 failed\n")
    assert "the settings file is wrong: wrokers: unknown key" in ended.stderr
    daemon.stop()
    ended = daemon.beside("status")
    assert (ended.returncode, ended.stdout) == (78, "")


def test_a_killed_daemon_is_not_told(daemon: Daemon) -> None:
    daemon.kill()
    assert "no daemon of this user runs" in ask(daemon, "status").stderr
    assert "daemon: not running" in daemon.beside("status").stdout


def test_no_key_is_registered(daemon: Daemon, simulator: Simulator, tmp_path: Path) -> None:
    registered_files = list(tmp_path.rglob("running/*"))
    assert registered_files
    for file in registered_files:
        assert simulator.secret_key not in file.read_text()
        assert simulator.api_key not in file.read_text()
        assert file.stat().st_mode & 0o077 == 0 or file.parent.stat().st_mode & 0o077 == 0


@pytest.fixture
def running(tmp_path: Path) -> Running:
    return Running.now("local", Settings(state_dir=tmp_path / "state"))


def test_a_run_is_found_as_long_as_it_lasts(running: Running, tmp_path: Path) -> None:
    place = tmp_path / "place"
    with registered(running, [place, place]) as registration:
        assert runs([place]) == [running]
        registration.update(reloads=1, refusal=None, left_alone={"/a": "it does not answer"})
        (found,) = runs([place])
        assert (found.reloads, found.left_alone) == (1, {"/a": "it does not answer"})
    assert runs([place]) == []
    assert list(place.iterdir()) == []


def test_whoever_looks_for_runs_while_one_registers_takes_nothing_from_it(
    running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An entry whose lock another process tries at that moment would not be made."""
    lock = fcntl.flock
    with contextlib.ExitStack() as others:

        def while_others_try(descriptor: int, operation: int) -> None:
            for entry in tmp_path.glob("*.lock"):
                lock(others.enter_context(entry.open("rb")).fileno(), fcntl.LOCK_SH)
            lock(descriptor, operation)

        monkeypatch.setattr(fcntl, "flock", while_others_try)
        with registered(running, [tmp_path]):
            monkeypatch.undo()
            assert [run.token for run in runs([tmp_path])] == [running.token]
        assert list(tmp_path.iterdir()) == []


def test_the_machines_that_read_for_a_run_are_registered_as_they_come_and_go(
    running: Running, tmp_path: Path
) -> None:
    machines = (Machine("one", 2, 16, 900, 60), Machine("two", 0, 0, why_not="other models"))
    place = tmp_path / "place"
    with registered(running, [place]) as registration:
        registration.update(reloads=0, refusal=None, left_alone={}, machines=machines)
        assert runs([place])[0].machines == machines
        registration.update(reloads=0, refusal=None, left_alone={}, machines=machines[:1])
        assert runs([place])[0].machines == machines[:1]


def test_the_entry_of_an_earlier_version_that_tells_no_machines_is_understood(
    running: Running, tmp_path: Path
) -> None:
    with registered(running, [tmp_path / "place"]):
        entry = tmp_path / "place" / f"{running.token}.json"
        told = json.loads(entry.read_bytes())
        for later in ("machines", "endpoints"):
            del told[later]
        entry.write_text(json.dumps(told))
        assert runs([tmp_path / "place"]) == [running]


@pytest.mark.parametrize("machine", [1, [], {}, {"name": "one"}, {"name": "one", "cores": 4}])
def test_an_entry_with_machines_of_another_shape_is_passed_over(
    running: Running, tmp_path: Path, machine: object
) -> None:
    with registered(running, [tmp_path / "place"]):
        entry = tmp_path / "place" / f"{running.token}.json"
        entry.write_text(json.dumps(json.loads(entry.read_bytes()) | {"machines": [machine]}))
        assert runs([tmp_path / "place"]) == []


def test_a_directory_that_others_may_enter_is_neither_used_nor_believed(
    running: Running, tmp_path: Path
) -> None:
    open_to_all, link = tmp_path / "open", tmp_path / "link"
    open_to_all.mkdir(mode=0o755)
    link.symlink_to(tmp_path / "place")
    with registered(running, [tmp_path / "place", open_to_all, link]):
        assert list(open_to_all.iterdir()) == []
        assert runs([open_to_all, link]) == []
    with registered(running, [tmp_path / "place"]):
        (tmp_path / "place").chmod(0o755)
        assert runs([tmp_path / "place"]) == []


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"token": 1}', b"\xff", b"[" * 90_000])
def test_an_entry_that_cannot_be_understood_is_passed_over(
    running: Running, tmp_path: Path, content: bytes
) -> None:
    with registered(running, [tmp_path / "place"]):
        (tmp_path / "place" / f"{running.token}.json").write_bytes(content)
        assert runs([tmp_path / "place"]) == []


def test_an_entry_that_is_a_pipe_holds_up_nobody(running: Running, tmp_path: Path) -> None:
    with registered(running, [tmp_path / "place"]):
        entry = tmp_path / "place" / f"{running.token}.json"
        entry.unlink()
        os.mkfifo(entry)
        assert runs([tmp_path / "place"]) == []


def test_what_a_killed_run_left_goes_with_the_next_one(running: Running, tmp_path: Path) -> None:
    place = tmp_path / "place"
    with registered(running, [place]):
        left = {file.name: file.read_bytes() for file in place.iterdir()}
    left["killed-before-it-locked.unlocked"] = b""
    for name, content in left.items():
        (place / name).write_bytes(content)
        os.utime(place / name, (0, 0))
    assert runs([place]) == []
    with registered(Running.now("local", running.settings), [place]) as another:
        assert {file.stem for file in place.iterdir()} == {another.running.token}
