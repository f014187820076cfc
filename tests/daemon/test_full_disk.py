"""A disk that cannot be written to costs time, and nothing else."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.daemon.daemon import write
from tests.daemon.mounted import MountedDaemon
from tests.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.server import Simulator

IMAGES = 60
PAGE = 4096
_LEFT = 40 * PAGE


def fill(file: Path, left: int) -> None:
    """Writes a file that leaves so many bytes of its file system free."""
    free = os.statvfs(file.parent)
    with file.open("wb") as filler:
        os.posix_fallocate(filler.fileno(), 0, free.f_bavail * free.f_frsize - left)


@pytest.mark.usefixtures("mounts")
@pytest.mark.parametrize("state", ["state", "scans/.state"])
def test_nothing_is_partial_failed_or_sent_in_vain_and_all_completes_when_there_is_room(
    state: str, simulator: Simulator, tmp_path: Path
) -> None:
    settings = {"state_dir": str(tmp_path / state), "workers": 2}
    mount = "mount -t tmpfs -o size=2m none scans"
    words = {f"{number}.png": f"number {number}" for number in range(IMAGES)}
    texts = {name: text + "\n" for name, text in words.items()}
    with MountedDaemon(tmp_path, simulator, mount, settings=settings, level="debug") as daemon:
        write(daemon.folder / "first.png", "first")
        eventually(daemon.texts)
        texts["first.png"] = "first\n"
        for name, text in words.items():
            write(daemon.folder / name, text)
        fill(daemon.folder / "filler", _LEFT)
        eventually(lambda: daemon.log.count("No space left on device") > IMAGES)
        assert len(daemon.texts()) < len(texts)
        assert daemon.texts().items() <= texts.items()
        eventually(lambda: daemon.log.count("No space left on device") > 3 * IMAGES)
        assert daemon.error_files() == []
        (daemon.folder / "filler").unlink()
        eventually(lambda: len(daemon.texts()) == len(texts))
        assert daemon.texts() == texts
        assert daemon.error_files() == []
        assert list(daemon.folder.glob("**/.ocr-watcher-*")) == []
    assert len(simulator.calls) == len(texts)


@pytest.mark.usefixtures("mounts")
def test_a_read_only_folder_costs_no_call(simulator: Simulator, tmp_path: Path) -> None:
    mount = "mount --bind scans scans && mount -o remount,bind,ro scans"
    write(tmp_path / "scans/a.png", "words")
    with MountedDaemon(tmp_path, simulator, mount) as daemon:
        eventually(lambda: daemon.says("mount it for writing"))
        assert simulator.calls == []
        daemon.run_inside("mount -o remount,bind,rw scans")
        eventually(daemon.texts)
        assert daemon.texts() == {"a.png": "words\n"}
        assert daemon.error_files() == []
