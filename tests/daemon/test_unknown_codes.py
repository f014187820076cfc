"""An unknown error code pauses all calls, or fails one image, depending on how many have it."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.ledger.database_file import FILE_NAME
from tests.daemon.daemon import Daemon, write
from tests.simulator.faults import ErrorCode
from tests.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.server import Simulator

CODE = 336_007


def tries(daemon: Daemon) -> list[int]:
    """What the ledger holds against each image."""
    with contextlib.closing(sqlite3.connect(daemon.state / FILE_NAME)) as connection:
        return [row[0] for row in connection.execute("SELECT tries FROM tries")]


@pytest.mark.parametrize("workers", [pytest.param(1, marks=pytest.mark.slow), 8])
def test_that_every_image_meets_it_pauses_and_no_image_fails(
    simulator: Simulator, tmp_path: Path, workers: int
) -> None:
    simulator.fault = lambda _call: ErrorCode(CODE, "something new is wrong")
    daemon = Daemon(tmp_path, simulator, settings={"workers": workers})
    for number in range(20):
        write(daemon.folder / f"{number}.png", f"number {number}")
    with daemon:
        eventually(lambda: daemon.says("no calls are made"))
        assert f"error {CODE}: something new is wrong" in daemon.log
        status = daemon.beside("status").stdout
        assert f"error {CODE}: something new is wrong" in status
        eventually(lambda: not any(tries(daemon)))
        daemon.stop()
    assert len(simulator.calls) <= 3 * 2 + workers
    assert daemon.error_files() == []
    simulator.fault = None
    assert daemon.once().stdout == "20 recognised, 0 failed, 0 waiting\n"


def test_images_that_failed_before_the_third_met_it_wait_again(
    simulator: Simulator, tmp_path: Path
) -> None:
    simulator.fault = lambda _call: ErrorCode(CODE, "something new is wrong")
    retry = {"attempts": 1, "first_seconds": 1, "longest_seconds": 1}
    daemon = Daemon(tmp_path, simulator, settings={"retry": retry})
    with daemon:
        for number in range(2):
            write(daemon.folder / f"{number}.png", f"number {number}")
            eventually(lambda number=number: len(daemon.error_files()) == number + 1)
        write(daemon.folder / "2.png", "number 2")
        eventually(lambda: daemon.says("no calls are made"))
        eventually(lambda: not daemon.error_files())
        daemon.stop()
    simulator.fault = None
    assert daemon.once().stdout == "3 recognised, 0 failed, 0 waiting\n"


def test_that_one_image_meets_it_fails_that_image_after_its_attempts(
    simulator: Simulator, tmp_path: Path
) -> None:
    simulator.fault = lambda call: ErrorCode(CODE) if call.words == "odd" else None
    with Daemon(tmp_path, simulator) as daemon:
        write(daemon.folder / "odd.png", "odd")
        for number in range(20):
            write(daemon.folder / f"{number}.png", f"number {number}")
        eventually(lambda: len(daemon.texts()) == 20 and daemon.error_files())
        assert not daemon.says("no calls are made")
        daemon.stop()
    assert [file.name for file in daemon.error_files()] == ["odd.png.ocr-error.json"]
    assert sum(call.words == "odd" for call in simulator.calls) == 3


def test_several_such_images_stop_the_calls_once_at_most_and_fail_in_the_end(
    simulator: Simulator, tmp_path: Path
) -> None:
    simulator.fault = lambda call: ErrorCode(CODE) if "odd" in call.words else None
    with Daemon(tmp_path, simulator) as daemon:
        for number in range(4):
            write(daemon.folder / f"odd {number}.png", f"odd {number}")
            write(daemon.folder / f"{number}.png", f"number {number}")
            eventually(lambda number=number: f"{number}.png" in daemon.texts())
        eventually(lambda: len(daemon.error_files()) == 4)
        assert not daemon.says("no calls are made")
