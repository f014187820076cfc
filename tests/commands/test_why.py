"""`ocr-watcher why`: the one reason of each file, each provoked."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

from tests.daemon.daemon import Daemon, write
from tests.simulator.faults import ErrorCode, Silence
from tests.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.server import Simulator

MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d"


def reason(daemon: Daemon, file: Path) -> str:
    ended = daemon.beside("why", file)
    assert (ended.returncode, ended.stderr) == (0 if ended.stdout == f"{file}: done\n" else 1, "")
    assert ended.stdout.startswith(f"{file}: ")
    return ended.stdout.removeprefix(f"{file}: ").removesuffix("\n")


@pytest.fixture
def resting(simulator: Simulator, tmp_path: Path) -> Daemon:
    """A daemon that has not been started."""
    return Daemon(tmp_path, simulator)


def test_done(simulator: Simulator, tmp_path: Path) -> None:
    with Daemon(tmp_path, simulator) as daemon:
        image = write(daemon.folder / "a.png", "words")
        eventually(daemon.texts)
        ended = daemon.process_beside("why", image)
        assert (ended.returncode, ended.stdout, ended.stderr) == (0, f"{image}: done\n", "")
        daemon.stop()
    assert reason(daemon, image) == "done"


def test_waiting_to_settle_whatever_date_the_content_bears(
    simulator: Simulator, tmp_path: Path
) -> None:
    with Daemon(tmp_path, simulator, settings={"settle_seconds": 60}) as daemon:
        assert reason(daemon, write(daemon.folder / "a.png", "words")) == "waiting to settle"
        old = write(tmp_path / "old.png", "words")
        os.utime(old, (0, 0))
        assert reason(daemon, old.rename(daemon.folder / "old.png")) == "waiting to settle"


def test_queued(simulator: Simulator, tmp_path: Path) -> None:
    simulator.fault = lambda _call: Silence()
    with Daemon(tmp_path, simulator, settings={"workers": 1}) as daemon:
        write(daemon.folder / "first.png", "first")
        simulator.wait_for(lambda: simulator.inside == 1, 20)
        second = write(daemon.folder / "second.png", "second")
        os.utime(second, (2**33, 2**33))  # a camera whose clock is ahead
        eventually(lambda: reason(daemon, second) == "queued")
        simulator.release()


def test_the_daemon_does_not_run(resting: Daemon) -> None:
    image = write(resting.folder / "a.png", "words")
    assert reason(resting, image) == "waiting: the daemon does not run"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("a.docx", "not an image"),
        ("a.txt", "not an image"),
        (".a.png", "ignored: a hidden or temporary file"),
        ("Draft-1.PNG", "ignored by pattern draft-*"),
        ("old/deep/a.png", "ignored by pattern old/"),
        ("@eaDir/a.png", "ignored: directories named @eaDir are never entered"),
    ],
)
def test_ignored(name: str, told: str, simulator: Simulator, tmp_path: Path) -> None:
    folder = {"path": str(tmp_path / "scans"), "exclude": ["draft-*", "old/"]}
    daemon = Daemon(tmp_path, simulator, settings={"folders": [folder]})
    assert reason(daemon, write(daemon.folder / name, "words")) == told


def test_ignored_for_no_pattern_includes_it(simulator: Simulator, tmp_path: Path) -> None:
    folder = {"path": str(tmp_path / "scans"), "include": ["*.jpg"]}
    daemon = Daemon(tmp_path, simulator, settings={"folders": [folder]})
    image = write(daemon.folder / "a.png", "words")
    assert reason(daemon, image) == "ignored: no pattern of include matches"


def test_ignored_for_the_folder_is_watched_alone(simulator: Simulator, tmp_path: Path) -> None:
    folder = {"path": str(tmp_path / "scans"), "recursive": False}
    daemon = Daemon(tmp_path, simulator, settings={"folders": [folder]})
    image = write(daemon.folder / "below/a.png", "words")
    assert reason(daemon, image) == "ignored: the folder is not watched recursively"


def test_ignored_for_it_is_no_regular_file(resting: Daemon) -> None:
    for name, make in {"pipe.png": os.mkfifo, "dir.png": os.mkdir}.items():
        make(resting.folder / name)
        assert reason(resting, resting.folder / name).startswith("ignored: not a regular file")
    (resting.folder / "link.png").symlink_to("/etc/passwd")
    assert reason(resting, resting.folder / "link.png").startswith("ignored: not a regular file")


def test_retried_at_a_time_until_it_has_a_new_content(simulator: Simulator, tmp_path: Path) -> None:
    simulator.fault = lambda _call: ErrorCode(216630)
    retry = {"attempts": 9, "first_seconds": 600, "longest_seconds": 600}
    with Daemon(tmp_path, simulator, settings={"retry": retry}) as daemon:
        image = write(daemon.folder / "a.png", "words")
        eventually(lambda: daemon.says("will retry in"))
        while_running = reason(daemon, image)
        daemon.stop()
    assert re.fullmatch(f"retry 1 at {MOMENT} after 216630: .+", while_running)
    assert reason(daemon, image) == while_running
    write(image, "other words")
    assert reason(daemon, image) == "waiting: the daemon does not run"


def test_the_engine_is_paused(simulator: Simulator, tmp_path: Path) -> None:
    simulator.fault = lambda _call: ErrorCode(17)
    with Daemon(tmp_path, simulator) as daemon:
        image = write(daemon.folder / "a.png", "words")
        eventually(lambda: reason(daemon, image).startswith("engine paused"))
        told = reason(daemon, image)
    assert re.fullmatch(f"engine paused until {MOMENT} because .*daily.*; .*buy calls.*", told)


def test_failed_with_a_code(simulator: Simulator, resting: Daemon) -> None:
    simulator.fault = lambda _call: ErrorCode(216201)
    image = write(resting.folder / "a.png", "words")
    resting.once()
    assert reason(resting, image).startswith("failed with code 216201: ")


def test_failed_for_no_sidecar_can_be_named(resting: Daemon) -> None:
    image = write(resting.folder / ("x" * 251 + ".png"), "words")
    told = reason(resting, image)
    assert told.startswith("failed with code name-too-long: ")
    assert told.endswith("give the image a shorter name")


@pytest.mark.parametrize("content", [b"", b"[1]", b"\xff", b"[" * 60_000, b'{"error": {}}'])
def test_an_error_file_that_is_not_ours_says_nothing(content: bytes, resting: Daemon) -> None:
    image = write(resting.folder / "a.png", "words")
    said = resting.folder / "a.png.ocr-error.json"
    said.write_bytes(content)
    os.utime(said, ns=(0, image.stat().st_mtime_ns))
    told = reason(resting, image)
    assert told == "failed with code unknown: its error file cannot be read"


def test_an_error_file_cannot_speak_to_the_terminal(resting: Daemon) -> None:
    image = write(resting.folder / "a.png", "words")
    said = resting.folder / "a.png.ocr-error.json"
    said.write_text(r'{"error": {"code": 1, "message": "\u001b[2J\nb: done", "advice": ""}}')
    os.utime(said, ns=(0, image.stat().st_mtime_ns))
    assert reason(resting, image) == r"failed with code 1: \x1b[2J\nb: done"


def test_a_file_that_is_not_there_or_in_no_folder_is_an_error_and_the_rest_is_told(
    resting: Daemon, tmp_path: Path
) -> None:
    missing, stranger = resting.folder / "missing.png", write(tmp_path / "stranger.png", "")
    image = write(resting.folder / "a.png", "words")
    ended = resting.beside("why", missing, stranger, image)
    assert ended.returncode == 1
    assert ended.stdout.splitlines() == [
        f"{missing}: No such file or directory",
        f"{stranger}: lies in no watched folder",
        f"{image}: waiting: the daemon does not run",
    ]


def test_the_way_to_a_file_may_be_roundabout(resting: Daemon) -> None:
    write(resting.folder / "a.png", "words")
    ended = resting.beside("why", f"{resting.folder}/../scans/./a.png")
    assert ended.stdout.endswith(": waiting: the daemon does not run\n")


def test_a_name_stays_on_its_line(resting: Daemon) -> None:
    odd = os.fsdecode(os.fsencode(resting.folder) + b"/two\nlines\xff.png")
    ended = resting.beside("why", write(resting.folder / odd, "words"))
    assert ended.stdout == (
        f"{resting.folder}/two\\nlines\\udcff.png: waiting: the daemon does not run\n"
    )
