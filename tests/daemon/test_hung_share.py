"""A share whose server hangs: bindfs that is stopped by a signal answers nothing any more."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from tests import mounts
from tests.daemon.daemon import Daemon, write
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.mounts import Mount


@pytest.fixture
def share(tmp_path: Path) -> Iterator[Mount]:
    with mounts.bindfs(tmp_path / "source", tmp_path / "share") as share:
        yield share


@pytest.mark.slow
def test_as_many_images_of_a_hung_share_as_there_are_workers_stop_no_other_folder(
    simulator, tmp_path, share
):
    point = share.path
    folders = [str(tmp_path / "scans"), str(point)]
    settings = {"folders": folders, "workers": 2, "poll_seconds": 0.2}
    simulator.latency = 1.0
    with Daemon(tmp_path, simulator, settings=settings) as daemon:
        for number in range(6):
            write(tmp_path / f"source/{number}.png", f"share {number}")
        simulator.wait_for(lambda: simulator.inside == 2, 20)
        share.hang()  # both workers are in a call, and then write
        eventually(lambda: daemon.says("the folder does not answer"))
        write(daemon.folder / "a.png", "healthy")
        eventually(lambda: "a.png" in daemon.texts())
        share.go_on()
        eventually(lambda: all((point / f"{number}.png.txt").exists() for number in range(6)))
        assert daemon.stop() == 0
    assert len(simulator.calls) == 7


@pytest.mark.slow
def test_a_share_that_hangs_at_the_start_is_taken_up_when_it_answers(simulator, tmp_path, share):
    point = share.path
    folders = [str(tmp_path / "scans"), str(point)]
    settings = {"folders": folders, "poll_seconds": 0.2}
    write(tmp_path / "source/b.png", "after")
    share.hang()
    with Daemon(tmp_path, simulator, settings=settings) as daemon:
        write(daemon.folder / "a.png", "healthy")
        eventually(lambda: "a.png" in daemon.texts())
        eventually(lambda: daemon.says("the folder does not answer"))
        daemon.process.send_signal(signal.SIGHUP)
        eventually(lambda: daemon.says("settings read again"))
        write(daemon.folder / "c.png", "after the reload")
        eventually(lambda: "c.png" in daemon.texts())
        share.go_on()
        eventually((point / "b.png.txt").exists)
        assert daemon.stop() == 0
    assert len(simulator.calls) == 3


@pytest.mark.slow
def test_a_hung_share_holds_up_neither_the_other_folders_nor_the_end(simulator, tmp_path, share):
    point = share.path
    folders = [str(tmp_path / "scans"), str(point)]
    settings = {"folders": folders, "poll_seconds": 0.2, "rescan_seconds": 0.2}
    with Daemon(tmp_path, simulator, settings=settings) as daemon:
        write(point / "before.png", "before")
        eventually((point / "before.png.txt").exists)
        share.hang()
        write(daemon.folder / "a.png", "healthy")
        eventually(lambda: "a.png" in daemon.texts())
        eventually(lambda: daemon.says("the folder does not answer"))
        write(daemon.folder / "b.png", "still healthy")
        eventually(lambda: "b.png" in daemon.texts())
        write(tmp_path / "source" / "c.png", "after")
        share.go_on()
        eventually((point / "c.png.txt").exists)
        eventually(lambda: daemon.says("the folder answers again"))
        share.hang()
        assert daemon.stop(within=45.0) == 0
        assert len(simulator.calls) == 4
