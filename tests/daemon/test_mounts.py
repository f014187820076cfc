"""A folder that goes away and comes back is watched again, and nothing in it is sent twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.daemon.daemon import Daemon, write
from tests.daemon.mounted import MountedDaemon
from tests.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.server import Simulator

SETTINGS = {"poll_seconds": 0.5}


@pytest.mark.slow
@pytest.mark.usefixtures("mounts")
def test_a_folder_that_is_unmounted_and_mounted_again(simulator: Simulator, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = "mount --bind disk scans"
    with MountedDaemon(tmp_path, simulator, mount, settings=SETTINGS) as daemon:
        for number in range(20):
            write(daemon.folder / f"{number}.png", f"number {number}")
        eventually(lambda: len(daemon.texts()) == 20)
        for round_ in range(3):
            daemon.run_inside("umount --lazy scans")
            assert list(daemon.folder.iterdir()) == []
            write(disk / f"away-{round_}.png", f"away {round_}")
            eventually(lambda n=2 * round_ + 1: daemon.log.count("watched again") == n)
            daemon.run_inside(mount)
            eventually(lambda n=21 + 2 * round_: len(daemon.texts()) == n)
            eventually(lambda n=2 * round_ + 2: daemon.log.count("watched again") == n)
            write(daemon.folder / f"back-{round_}.png", f"back {round_}")
            eventually(lambda n=22 + 2 * round_: len(daemon.texts()) == n, 5)
        assert daemon.error_files() == []
    assert len(simulator.calls) == 26


def test_a_folder_that_is_moved_away_and_back(simulator: Simulator, tmp_path: Path) -> None:
    away = tmp_path / "away"
    with Daemon(tmp_path, simulator, settings=SETTINGS) as daemon:
        write(daemon.folder / "a.png", "first")
        eventually(daemon.texts)
        daemon.folder.rename(away)
        write(away / "b.png", "second")
        eventually(lambda: daemon.says("will be tried again"))
        assert daemon.beside("status").stdout.startswith(f"{daemon.folder}: cannot be read: ")
        away.rename(daemon.folder)
        eventually(lambda: len(daemon.texts()) == 2)
        write(daemon.folder / "c.png", "third")
        eventually(lambda: len(daemon.texts()) == 3, 10)
    assert [call.words for call in simulator.calls] == ["first", "second", "third"]
