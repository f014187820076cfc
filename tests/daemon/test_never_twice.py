"""What was paid for is not paid for again, whatever happens to the files."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.daemon.daemon import Daemon, write
from tests.daemon.mounted import MountedDaemon
from tests.simulator.faults import Silence
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.simulator.server import Simulator

AT_ONCE = 5.0
"""Seconds; far less than `rescan_seconds`."""


def words_sent(simulator: Simulator) -> list[str]:
    return [call.words for call in simulator.calls]


def test_an_image_replaced_during_its_call_gets_the_text_of_the_new_one(
    simulator: Simulator, tmp_path: Path
) -> None:
    simulator.next_faults.append(Silence())
    with Daemon(tmp_path, simulator) as daemon:
        image = write(daemon.folder / "a.png", "old")
        simulator.wait_for(lambda: simulator.inside == 1, 20)
        write(tmp_path / "new.png", "new").rename(image)
        simulator.release()
        eventually(daemon.texts)
        assert daemon.texts() == {"a.png": "new\n"}
        assert daemon.stop() == 0
    assert words_sent(simulator) == ["old", "new"]
    assert daemon.hidden_files() == daemon.error_files() == []


def test_an_image_deleted_during_its_call_leaves_nothing(
    simulator: Simulator, tmp_path: Path
) -> None:
    simulator.next_faults.append(Silence())
    with Daemon(tmp_path, simulator) as daemon:
        image = write(daemon.folder / "a.png", "gone")
        simulator.wait_for(lambda: simulator.inside == 1, 20)
        image.unlink()
        simulator.release()
        write(daemon.folder / "b.png", "next")
        eventually(daemon.texts)
        assert daemon.stop() == 0
    assert sorted(path.name for path in daemon.folder.iterdir()) == ["b.png", "b.png.txt"]


def test_an_image_renamed_in_the_tree_takes_its_text_along(
    simulator: Simulator, tmp_path: Path
) -> None:
    with Daemon(tmp_path, simulator) as daemon:
        image = write(daemon.folder / "a.png", "words")
        (daemon.folder / "deep").mkdir()
        eventually(daemon.texts)
        image.rename(daemon.folder / "deep/b.png")
        eventually(lambda: daemon.texts() == {"deep/b.png": "words\n"}, AT_ONCE)
        (daemon.folder / "deep").rename(daemon.folder / "other")
        assert daemon.beside("why", daemon.folder / "other/b.png").stdout.endswith(": done\n")
        assert daemon.stop() == 0
    write(daemon.folder / "new.png", "new")
    assert daemon.once().stdout.startswith("1 recognised, 0 failed, 0 waiting")
    assert words_sent(simulator) == ["words", "new"]


def test_a_renamed_image_takes_an_edited_text_along(simulator: Simulator, tmp_path: Path) -> None:
    with Daemon(tmp_path, simulator) as daemon:
        image = write(daemon.folder / "a.png", "words")
        eventually(daemon.texts)
        (daemon.folder / "a.png.txt").write_text("corrected\n")
        image.rename(daemon.folder / "b.png")
        eventually(lambda: daemon.texts() == {"b.png": "corrected\n"}, AT_ONCE)


def test_a_deleted_sidecar_comes_back_at_once_for_no_call(
    simulator: Simulator, tmp_path: Path
) -> None:
    with Daemon(tmp_path, simulator) as daemon:
        write(daemon.folder / "a.png", "words")
        eventually(daemon.texts)
        (daemon.folder / "a.png.txt").unlink()
        eventually(daemon.texts, AT_ONCE)
        assert daemon.texts() == {"a.png": "words\n"}
    assert words_sent(simulator) == ["words"]


def test_an_edited_sidecar_stays_over_restarts_and_without_the_ledger(
    simulator: Simulator, tmp_path: Path
) -> None:
    daemon = Daemon(tmp_path, simulator, settings={"rescan_seconds": 1})
    with daemon:
        write(daemon.folder / "a.png", "words")
        eventually(daemon.texts)
        (daemon.folder / "a.png.txt").write_text("corrected\n")
        write(daemon.folder / "b.png", "next")
        eventually(lambda: len(daemon.texts()) == 2)
        daemon.stop()
    for name in ("c.png", "d.png"):
        write(daemon.folder / name, name)
        assert daemon.once().stdout.startswith("1 recognised, 0 failed, 0 waiting")
        assert daemon.texts()["a.png"] == "corrected\n"
        shutil.rmtree(daemon.state)
    assert words_sent(simulator) == ["words", "next", "c.png", "d.png"]


def test_the_same_picture_under_other_names_is_sent_once(
    simulator: Simulator, tmp_path: Path
) -> None:
    daemon = Daemon(tmp_path, simulator)
    image, other = daemon.folder / "a.png", daemon.folder / "b.png"
    both = {"a.png": "words\n", "b.png": "words\n"}
    with daemon:
        write(image, "words")
        eventually(daemon.texts)
        shutil.copy(image, other)
        image.rename(tmp_path / "outside.png")
        (daemon.folder / "a.png.txt").unlink()
        shutil.copy(tmp_path / "outside.png", image)
        eventually(lambda: daemon.texts() == both)
        daemon.stop()
    for again in (image, other):  # and after a restart
        again.unlink()
        again.with_name(f"{again.name}.txt").unlink()
        shutil.copy(tmp_path / "outside.png", again)
    assert daemon.once().stdout.startswith("2 recognised, 0 failed, 0 waiting")
    assert daemon.texts() == both
    assert words_sent(simulator) == ["words"]


def test_copies_that_come_together_are_sent_once(simulator: Simulator, tmp_path: Path) -> None:
    simulator.latency = 0.2
    daemon = Daemon(tmp_path, simulator)
    for number in range(20):
        write(daemon.folder / f"{number}.png", "the same")
    assert daemon.once().stdout.startswith("20 recognised, 0 failed, 0 waiting")
    assert words_sent(simulator) == ["the same"]


def delete(state: Path) -> None:
    shutil.rmtree(state)


def overwrite_with_rubbish(state: Path) -> None:
    for path in state.glob("ledger*"):
        with path.open("r+b") as file:
            file.write(os.urandom(path.stat().st_size))


def cut_in_half(state: Path) -> None:
    # Not the third of its files, ledger.sqlite-shm, which SQLite has mapped: the kernel ends
    # whoever reads a mapping beyond the end of its file (mmap(2), SIGBUS).
    for path in [*state.glob("ledger.sqlite"), *state.glob("ledger.sqlite-wal")]:
        os.truncate(path, path.stat().st_size // 2)


@pytest.mark.parametrize(
    "damage",
    [delete, overwrite_with_rubbish, pytest.param(cut_in_half, marks=pytest.mark.slow)],
)
def test_whatever_happens_to_the_ledger_no_finished_image_is_sent_again(
    damage: Callable[[Path], None], simulator: Simulator, tmp_path: Path
) -> None:
    daemon = Daemon(tmp_path, simulator, settings={"rescan_seconds": 1})
    with daemon:
        for number in range(20):
            write(daemon.folder / f"{number}.png", f"number {number}")
        eventually(lambda: len(daemon.texts()) == 20)
        damage(daemon.state)
        write(daemon.folder / "new.png", "new")
        eventually(lambda: len(daemon.texts()) == 21)
        assert daemon.stop() == 0
    damage(daemon.state)
    assert "Traceback" not in daemon.log
    write(daemon.folder / "last.png", "last")
    ended = daemon.process_beside("run", "--once")  # what SQLite does then is not for this process
    assert ended.stdout.startswith("1 recognised, 0 failed, 0 waiting")
    assert "Traceback" not in ended.stderr
    assert len(simulator.calls) == 22
    assert daemon.error_files() == []


@pytest.mark.usefixtures("mounts")
def test_a_ledger_that_is_read_only_costs_no_image(simulator: Simulator, tmp_path: Path) -> None:
    daemon = Daemon(tmp_path, simulator)
    write(daemon.folder / "a.png", "words")
    daemon.once()
    read_only = "mount --bind state state && mount -o remount,bind,ro state"
    with MountedDaemon(tmp_path, simulator, read_only) as mounted:
        write(mounted.folder / "b.png", "new")
        eventually(lambda: len(mounted.texts()) == 2)
        assert mounted.says("is mounted read-only; mount it for writing")
        assert mounted.stop() == 0
    assert words_sent(simulator) == ["words", "new"]
