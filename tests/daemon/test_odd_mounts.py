"""Folders on file systems that refuse what others allow: each image is paid for once."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.storage.trial import forget_verdicts
from tests import mounts
from tests.abilities import as_nobody
from tests.daemon.daemon import Daemon, write
from tests.simulator import pictures
from tests.simulator.faults import Silence
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.simulator.server import Simulator

SETTINGS = {"poll_seconds": 0.3}
YEAR = 365 * 86_400


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory that another user may use, which may not enter those of pytest."""
    forget_verdicts()
    with tempfile.TemporaryDirectory() as directory:
        Path(directory).chmod(0o755)
        (Path(directory) / "state").mkdir()
        if os.geteuid() == 0:
            os.chown(Path(directory) / "state", mounts.NOBODY, mounts.NOBODY)
        yield Path(directory)


def is_paid_for_once(daemon: Daemon, simulator: Simulator) -> bool:
    """Whether images of any date get their text, and are left alone then, also after a restart."""
    now = time.time()
    with daemon:
        for name, date in {"past": now - YEAR, "now": now, "future": now + YEAR}.items():
            os.utime(write(daemon.folder / f"{name}.png", name), (date, date))
        eventually(lambda: len(daemon.texts()) == 3, 20)
        daemon.stop()
    for ledger in daemon.state.glob("ledger.sqlite*"):  # of what is remembered, nothing is left
        ledger.unlink()
    with daemon:
        write(daemon.folder / "last.png", "last")
        eventually(lambda: len(daemon.texts()) == 4)
        daemon.stop()
        assert daemon.texts() == {
            f"{name}.png": f"{name}\n" for name in ("past", "now", "future", "last")
        }
    assert daemon.hidden_files() == daemon.error_files() == []
    words = sorted(call.words for call in simulator.calls)
    return words == ["future", "last", "now", "past"]


def test_an_ntfs_whose_files_belong_to_another_user(simulator: Simulator, place: Path) -> None:
    """The daemon may write as the group, and set no date: utimensat(2) wants the owner."""
    options = ("uid=0", f"gid={mounts.NOBODY}", "umask=007")
    nobody = as_nobody()
    with mounts.ntfs(place / "disk", place / "scans", *options):
        daemon = Daemon(place, simulator, settings=SETTINGS, wrapper=nobody)
        assert is_paid_for_once(daemon, simulator)


@pytest.mark.slow
def test_a_cloud_by_rclone(simulator: Simulator, place: Path) -> None:
    """A file that is read before it was uploaded has another date then, and is uploaded later."""
    with mounts.rclone(place / "cloud", place / "scans", "--vfs-write-back", "1s"):
        assert is_paid_for_once(Daemon(place, simulator, settings=SETTINGS), simulator)


@pytest.mark.slow
def test_a_file_system_that_keeps_no_exact_dates_and_reserves_and_flushes_nothing(
    simulator: Simulator, place: Path
) -> None:
    with mounts.odd(
        place / "source",
        place / "scans",
        date_step=2 * 10**9,
        fallocate="ESPIPE",
        fsync="ENOSYS",
    ):
        assert is_paid_for_once(Daemon(place, simulator, settings=SETTINGS), simulator)


def test_another_host_replaces_an_image_by_one_of_equal_size_and_date_while_it_is_read(
    simulator: Simulator, tmp_path: Path
) -> None:
    """What the kernel remembers of a file on a share does not show it for seconds."""
    simulator.next_faults.append(Silence())
    options = ("-o", "attr_timeout=30,entry_timeout=30")
    with mounts.bindfs(tmp_path / "server", tmp_path / "scans", *options):
        image = write(tmp_path / "server/a.png", "words 1")
        with Daemon(tmp_path, simulator, settings=SETTINGS) as daemon:
            simulator.wait_for(lambda: simulator.inside == 1, 20)
            date = image.stat().st_mtime_ns
            arriving = image.with_name(".arriving")
            arriving.write_bytes(pictures.png("words 2"))
            os.utime(arriving, ns=(date, date))
            assert arriving.stat().st_size == image.stat().st_size
            arriving.replace(image)
            simulator.release()
            eventually(lambda: daemon.texts() == {"a.png": "words 2\n"}, 20)
            assert daemon.stop() == 0
    assert [call.words for call in simulator.calls] == ["words 1", "words 2"]
