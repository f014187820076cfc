"""A file that shows, after the death of its process, which images were being worked on.

Each process has its own file, and holds a lock on it (flock(2)). An unlocked file was left by a
process that was killed. Data that was passed to write(2) survives that without a flush; only a
power cut may lose it. A mapping (mmap(2)) would save the system call, which takes two microseconds.
But a store to it kills the process with SIGBUS if the disk is full or the file was truncated.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
from typing import TYPE_CHECKING

from ocr_watcher.work.underway.entry import EMPTY, SEGMENT_BYTES, Entry, entries_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PREFIX, _SUFFIX = "in-progress.", ".slots"
_MOST_BYTES = 256 * SEGMENT_BYTES
"""The largest part of a file that is read: one segment for each of at most 256 workers."""


class UnderwayFile:
    """The file of this process, with a segment for each thread that works.

    A fault of the disk only loses the record of the work.
    """

    def __init__(self, directory: Path) -> None:
        """Create the file where that is possible.

        Args:
            directory: ``state_dir``.
        """
        self._path = directory / f"{_PREFIX}{secrets.token_hex(8)}{_SUFFIX}"
        self._descriptor: int | None = None
        with contextlib.suppress(OSError):  # the ledger logs that nothing can be written there
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._descriptor = self._created()

    def write(self, segment: int, entry: Entry) -> None:
        """Write into a segment what its thread works on."""
        self._put(segment, entry.packed())

    def clear(self, segment: int) -> None:
        """Empty a segment, as its thread works on nothing."""
        self._put(segment, EMPTY)

    def close(self) -> None:
        """Remove the file; may be called again."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            self._path.unlink(missing_ok=True)
            os.close(descriptor)

    def _created(self) -> int:
        # It gets its name after it is locked, so that no process considers it left behind.
        unlocked = self._path.with_suffix(".new")
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        descriptor = os.open(unlocked, flags, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            unlocked.rename(self._path)
        except OSError:
            os.close(descriptor)
            unlocked.unlink(missing_ok=True)
            raise
        return descriptor

    def _put(self, segment: int, content: bytes) -> None:
        descriptor = self._descriptor
        if descriptor is not None:
            with contextlib.suppress(OSError):
                os.pwrite(descriptor, content, segment * SEGMENT_BYTES)


def being_worked_on(directory: Path) -> list[Entry]:
    """Return the entries of the running processes of a state directory."""
    found: list[Entry] = []
    for path in _files(directory):
        with _opened(path) as descriptor, contextlib.suppress(OSError):
            if descriptor is not None and not _is_left(descriptor):
                found += entries_of(os.pread(descriptor, _MOST_BYTES, 0))
    return found


def take_left_behind(directory: Path) -> list[Entry]:
    """Remove the files of processes that were killed, and return their entries."""
    found: list[Entry] = []
    for path in _files(directory):
        with _opened(path) as descriptor, contextlib.suppress(OSError):
            # Another process that starts may have taken it between the look and the lock.
            if descriptor is not None and _is_left(descriptor) and os.fstat(descriptor).st_nlink:
                found += entries_of(os.pread(descriptor, _MOST_BYTES, 0))
                path.unlink(missing_ok=True)
    return found


def _files(directory: Path) -> list[Path]:
    try:
        return sorted(directory.glob(f"{_PREFIX}*{_SUFFIX}"))
    except OSError:
        return []


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[int | None]:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        yield None
        return
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _is_left(descriptor: int) -> bool:
    """Return whether no process holds the lock of a file; if none does, lock it until it is closed.

    Raises:
        OSError: The file system has no locks, so this cannot be found out.
    """
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
