"""One program works on a folder; commands that write nothing there may run beside it."""

from __future__ import annotations

import re
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.service.claim.lock_file import NAME
from ocr_watcher.service.daemon import as_of, due
from ocr_watcher.values.image import Stamp
from ocr_watcher.values.pause import Pause
from ocr_watcher.values.tried import Tried
from tests.commands.program import command, in_this_process
from tests.daemon.daemon import Daemon, write
from tests.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.server import Simulator

AS_NO_ROOT = ("unshare", "--map-user=1")
"""Also where root runs the tests, the process has no privilege over files."""


def test_a_second_one_on_a_folder_ends_with_one_line_whatever_the_way_to_it(
    simulator: Simulator, tmp_path: Path
) -> None:
    link = tmp_path / "link"
    with Daemon(tmp_path, simulator) as daemon:
        link.symlink_to(daemon.folder)
        quiet = ("run", "--log-level", "warning")
        for told, ended in (
            (daemon.folder, daemon.process_beside(*quiet)),
            (daemon.folder, daemon.beside(*quiet, "--once")),
            (link, daemon.beside(*quiet, "--once", link)),
        ):
            assert (ended.returncode, ended.stdout) == (1, "")
            who = f"process {daemon.process.pid} of [^;]+, since [^;]+"
            assert re.fullmatch(
                f"ocr-watcher: another ocr-watcher works on {told}: {who}; "
                "stop it first, or watch another folder\n",
                ended.stderr,
            )
        write(daemon.folder / "a.png", "words")
        eventually(daemon.texts)
    assert len(simulator.calls) == 1


def test_one_on_another_folder_runs_beside_it(simulator: Simulator, tmp_path: Path) -> None:
    image = write(tmp_path / "others/a.png", "words")
    with Daemon(tmp_path, simulator) as daemon:
        ended = daemon.beside("run", "--once", image.parent)
    assert (ended.returncode, ended.stdout) == (0, "1 recognised, 0 failed, 0 waiting\n")


def test_ocr_and_check_work_beside_it(simulator: Simulator, tmp_path: Path) -> None:
    with Daemon(tmp_path, simulator) as daemon:
        image = write(daemon.folder / "a.png", "words")
        eventually(daemon.texts)
        assert daemon.beside("ocr", image).stdout == "words\n"
        assert daemon.beside("check").returncode == 0
        written = {image, image.with_name("a.png.txt"), image.with_name(NAME)}
        assert set(daemon.folder.iterdir()) == written
    assert len(simulator.calls) == 1


def test_questions_asked_all_the_time_do_not_keep_a_daemon_from_its_folder(
    simulator: Simulator, tmp_path: Path
) -> None:
    daemon = Daemon(tmp_path, simulator)
    with subprocess.Popen(
        daemon.command_line, env=daemon.variables, stderr=subprocess.DEVNULL
    ) as process:
        try:
            eventually(lambda: "\ndaemon: running since" in daemon.beside("status").stdout)
        finally:
            process.terminate()
        assert process.wait(30) == 0


@pytest.mark.parametrize("name", ["run", "status", "why", "retry"])
def test_a_state_directory_that_cannot_be_written_is_told_and_costs_no_image(
    name: str, simulator: Simulator, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no directory")
    daemon = Daemon(tmp_path, simulator, settings={"state_dir": str(tmp_path / "file/state")})
    image = write(daemon.folder / "a.png", "words")
    arguments: dict[str, list[str | Path]] = {"run": ["--once"], "why": [image]}
    ended = daemon.beside(name, *arguments.get(name, []))
    assert ended.returncode == (1 if name in {"status", "why"} else 0)
    assert "make state_dir writable" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert (
        ended.stdout
        == {
            "run": "1 recognised, 0 failed, 0 waiting\n",
            "status": f"{daemon.folder}: 0 done, 1 waiting, 0 failed\nengine baidu: ready\n"
            "calls: 0 today, 0 this month\ndaemon: not running\n",
            "why": f"{image}: waiting: the daemon does not run\n",
            "retry": "0 waiting again\n",
        }[name]
    )


@pytest.mark.parametrize("arguments", [["status"], ["why", "a.png"], ["retry"]])
def test_who_may_not_look_into_the_state_directory_is_told_so_and_nothing_false(
    arguments: list[str], simulator: Simulator, tmp_path: Path
) -> None:
    daemon = Daemon(tmp_path, simulator)
    daemon.state.mkdir(mode=0)
    whole = command(*arguments, "-c", daemon.settings_file)
    ended = subprocess.run(
        [*AS_NO_ROOT, *whole], env=daemon.variables, capture_output=True, text=True, check=False
    )
    if ended.stderr.startswith("unshare:"):
        pytest.skip("this machine lets its users make no namespaces")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == (
        f"ocr-watcher: {daemon.state} may not be read; "
        "ask as the user that the daemon runs as, or as root\n"
    )


@pytest.mark.parametrize("arguments", [["status"], ["why", "a.png"], ["retry", "a.png"]])
def test_where_no_folder_is_known_one_line_says_what_to_type(
    arguments: list[str], variables: dict[str, str]
) -> None:
    ended = in_this_process(*arguments, variables=variables)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == (
        "ocr-watcher: no settings file names a folder, and no daemon of this user runs; "
        "start one: ocr-watcher run FOLDER; or say which folder is meant: "
        "export OCR_WATCHER_FOLDERS=FOLDER\n"
    )


@pytest.mark.parametrize(
    ("since", "until", "shown"),
    [
        (900.0, 1200.0, (900.0, 1200.0)),
        (900.0, 950.0, (900.0, 950.0)),  # it is being tried
        (1000.0 + 400 * 86_400, 1300.0 + 400 * 86_400, (1000.0, 1000.0)),
        (1000.0 + 8 * 3600, 2000.0 + 8 * 3600, (1000.0, 1000.0)),
        (900.0, 1000.0 + 2 * 86_400, (900.0, 1000.0)),
    ],
)
def test_a_pause_from_before_the_clock_was_set_is_shown_as_it_stands(
    since: float, until: float, shown: tuple[float, float]
) -> None:
    pause = as_of(Pause("17", "used up", "wait", since, until), 1000.0)
    assert (pause.since, pause.until) == shown


def test_a_retry_from_before_the_clock_was_set_back_is_shown_as_it_stands() -> None:
    tried = Tried(Stamp(1, 1, 1), 1, 0, 5000.0, 5060.0, "282810", "no")
    assert [due(tried, now) for now in (1000.0, 5030.0, 9000.0)] == [1060.0, 5060.0, 5060.0]


def test_a_pause_of_an_ended_daemon_that_lies_ahead_is_over(
    simulator: Simulator, tmp_path: Path
) -> None:
    daemon = Daemon(tmp_path, simulator)
    ahead = time.time() + 400 * 86_400
    with Ledger(daemon.state) as ledger:
        ledger.paused("baidu", Pause("17", "used up", "wait", ahead, ahead + 300))
    assert "engine baidu: ready" in daemon.beside("status").stdout
