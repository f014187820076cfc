"""The file of the index: its identity, and the errors that show damage."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from typing import TYPE_CHECKING

from ocr_watcher.index.schema import OtherVersionError
from ocr_watcher.storage import sqlite_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LOCK_SECONDS, _LOCK_AGAIN_SECONDS = 2.0, 0.02
"""The longest wait for another process that creates the file, which takes a fraction of that."""

Identity = tuple[int, int]
"""The device and inode of a file."""


def is_damage(error: Exception) -> bool:
    """Return whether an error shows that the content of the file cannot be used."""
    return sqlite_file.is_damage(error) or isinstance(error, OtherVersionError)


def identity_of(path: Path) -> Identity:
    """Return the identity of the file at a path; zeros if there is none."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_dev, status.st_ino


@contextlib.contextmanager
def one_at_a_time(directory: Path) -> Iterator[None]:
    """Let one process at a time create or replace the file.

    Raises:
        BlockingIOError: Another process takes too long, such as one that was stopped by a signal.
    """
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _lock(descriptor)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    end = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise
            time.sleep(_LOCK_AGAIN_SECONDS)
        except OSError:  # some network file systems cannot lock directories
            return
        else:
            return
