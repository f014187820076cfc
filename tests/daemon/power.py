"""A daemon on a disk of its own, of which a power cut leaves what had been flushed.

The disk is an ext4 in a file, on a loop device. What programs write stays in the page cache of
that file system until it is flushed (fsync(2)) or the kernel does so by itself, which is put off;
only then is it in the file. So a copy of the file, made while it is mounted, holds what a cut at
that moment leaves, and mounting the copy replays its journal as the next start would.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from tests import mounts
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.daemon.daemon import Daemon

_MEGABYTES = 24
_LATE = 3600
"""Seconds after which the kernel would flush by itself (ext4(5), ``commit``)."""


@contextlib.contextmanager
def cut(
    directory: Path, start: Callable[[Path], Daemon], moment: Callable[[Daemon], None]
) -> Iterator[Path]:
    """Cuts the power while a daemon works, and mounts what that leaves.

    Args:
        directory: The directory of the disk and its copy.
        start: A function that makes the daemon, given the directory in which the disk is mounted.
            What it is to work on is there, and flushed, when this returns.
        moment: A function that returns when the power is to be cut.

    Yields:
        The same directory, with what is left.
    """
    disk, left, place = directory / "disk", directory / "left", directory / "place"
    with mounts.ext4(disk, place, megabytes=_MEGABYTES):
        pass
    with mounts.loop(disk, place, f"commit={_LATE}"):
        daemon = start(place)
        os.sync()
        with daemon:
            moment(daemon)
            _stand_still(daemon)
            _copy(disk, left)
    with mounts.loop(left, place):
        yield place


def _stand_still(daemon: Daemon) -> None:
    """Stops all threads of the daemon, also those that are flushing just now."""
    pid = daemon.process.pid
    os.kill(pid, signal.SIGSTOP)
    tasks = Path(f"/proc/{pid}/task")
    eventually(lambda: all(_is_stopped(task) for task in tasks.iterdir()))


def _is_stopped(task: Path) -> bool:
    return "\nState:\tT" in (task / "status").read_text("utf-8", "replace")


def _copy(disk: Path, left: Path) -> None:
    """Copies the disk as it is at one moment: again, where it was written to meanwhile."""
    while True:
        before = disk.stat().st_mtime_ns
        shutil.copyfile(disk, left)
        if disk.stat().st_mtime_ns == before:
            return
