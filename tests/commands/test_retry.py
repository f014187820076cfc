"""`ocr-watcher retry`: failed images wait again, and a running daemon takes them up at once."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.daemon.daemon import Daemon, write
from tests.simulator.faults import ErrorCode
from tests.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.server import Simulator

IMAGES = {"a.png": 216201, "b.png": 216201, "deep/c.png": 216630}


@pytest.fixture
def failed(simulator: Simulator, tmp_path: Path) -> Daemon:
    """A daemon that does not run; its images have failed, and would be read now."""
    simulator.fault = lambda call: ErrorCode(IMAGES[call.words])
    daemon = Daemon(tmp_path, simulator)
    for name in IMAGES:
        write(daemon.folder / name, name)
    assert daemon.once().stdout == "0 recognised, 3 failed, 0 waiting\n"
    simulator.fault = None
    return daemon


def names_of_failures(daemon: Daemon) -> set[str]:
    return {
        str(file.relative_to(daemon.folder)).removesuffix(".ocr-error.json")
        for file in daemon.error_files()
    }


def test_a_running_daemon_takes_them_up_at_once(failed: Daemon) -> None:
    with failed as daemon:
        ended = daemon.process_beside("retry")
        assert (ended.returncode, ended.stdout, ended.stderr) == (0, "3 waiting again\n", "")
        eventually(lambda: set(daemon.texts()) == set(IMAGES))
        assert daemon.error_files() == []


def test_without_a_daemon_the_next_one_takes_them_up(failed: Daemon) -> None:
    assert failed.beside("retry").stdout == "3 waiting again\n"
    with failed as daemon:
        eventually(lambda: set(daemon.texts()) == set(IMAGES))


@pytest.mark.parametrize(
    ("arguments", "left"),
    [
        (["a.png"], {"b.png", "deep/c.png"}),
        (["deep"], {"a.png", "b.png"}),
        (["deep/../deep/.", "a.png"], {"b.png"}),
        (["."], set()),
        (["--code", "216630"], {"a.png", "b.png"}),
        ([".", "--code", "216201"], {"deep/c.png"}),
        (["a.png", "--code", "216630"], set(IMAGES)),
        (["--code", "17"], set(IMAGES)),
    ],
)
def test_only_what_is_meant_waits_again(
    arguments: list[str], left: set[str], failed: Daemon
) -> None:
    paths = [
        word if word.startswith("--") or word.isdigit() else f"{failed.folder}/{word}"
        for word in arguments
    ]
    ended = failed.beside("retry", *paths)
    assert (ended.returncode, ended.stdout) == (0, f"{len(IMAGES) - len(left)} waiting again\n")
    assert names_of_failures(failed) == left


def test_an_image_has_all_its_tries_again(failed: Daemon, simulator: Simulator) -> None:
    before = len(simulator.calls)
    simulator.fault = lambda _call: ErrorCode(216630)
    with failed as daemon:
        daemon.beside("retry", daemon.folder / "deep/c.png")
        eventually(lambda: names_of_failures(daemon) == set(IMAGES))
    assert len(simulator.calls) == before + 3


def test_where_nothing_has_failed_nothing_waits_again(simulator: Simulator, tmp_path: Path) -> None:
    daemon = Daemon(tmp_path, simulator)
    write(daemon.folder / "a.png", "words")
    write(daemon.folder / ("x" * 251 + ".png"), "no file fits beside it")
    ended = daemon.beside("retry")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "0 waiting again\n", "")


def test_a_path_in_no_watched_folder_is_told_and_the_rest_is_done(
    failed: Daemon, tmp_path: Path
) -> None:
    ended = failed.beside("retry", tmp_path / "elsewhere", failed.folder / "a.png")
    assert (ended.returncode, ended.stdout) == (1, "1 waiting again\n")
    assert f"{tmp_path / 'elsewhere'} lies in no watched folder" in ended.stderr


def test_a_folder_that_is_away_is_told(failed: Daemon) -> None:
    shutil.rmtree(failed.folder)
    ended = failed.beside("retry")
    assert (ended.returncode, ended.stdout) == (1, "0 waiting again\n")
    assert f"{failed.folder}: No such file or directory" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_hostile_error_file_does_not_keep_the_others_from_it(failed: Daemon) -> None:
    hostile = failed.folder / "a.png.ocr-error.json"
    hostile.unlink()
    hostile.mkdir()
    (hostile / "full").touch()
    os.utime(hostile, ns=(0, (failed.folder / "a.png").stat().st_mtime_ns))
    ended = failed.beside("retry")
    assert (ended.returncode, ended.stdout) == (1, "2 waiting again\n")
    assert f"{failed.folder}/a.png: Is a directory" in ended.stderr


@pytest.mark.parametrize("content", [b"", b"null", b"[" * 60_000, b'{"error": {"code": 216201}}'])
def test_an_error_file_that_is_not_ours_has_no_code(content: bytes, failed: Daemon) -> None:
    hostile = failed.folder / "a.png.ocr-error.json"
    date = hostile.stat().st_mtime_ns
    hostile.write_bytes(content)
    os.utime(hostile, ns=(0, date))
    assert failed.beside("retry", "--code", "216201").stdout == "1 waiting again\n"
    assert names_of_failures(failed) == {"a.png", "deep/c.png"}
    assert failed.beside("retry", "--code", "unknown").stdout == "1 waiting again\n"


def test_an_error_file_that_is_a_link_is_removed_and_not_followed(
    failed: Daemon, tmp_path: Path
) -> None:
    target = tmp_path / "target"
    target.write_text("precious")
    hostile = failed.folder / "a.png.ocr-error.json"
    date = hostile.stat().st_mtime_ns
    hostile.unlink()
    hostile.symlink_to(target)
    os.utime(hostile, ns=(0, date), follow_symlinks=False)
    assert failed.beside("retry").stdout == "3 waiting again\n"
    assert target.read_text() == "precious"
    assert not hostile.is_symlink()
