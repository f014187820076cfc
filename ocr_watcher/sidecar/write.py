"""Writes a file so that it appears whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import secrets
import stat
from typing import TYPE_CHECKING, Self

from ocr_watcher.sidecar.names import TEMPORARY_PREFIX

if TYPE_CHECKING:
    from types import TracebackType

_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_ROOM = 65_536
"""Bytes; the text and the JSON of a dense page fit in."""


class PendingFile:
    """A file that is not there yet, but whose place has been tried.

    It is created under a hidden name when the context is entered, and given room on the disk,
    which proves that it can be written before anything is spent on what it will hold. `commit`
    gives it its content and its name in one step (rename(2)); leaving the context without that
    removes it.

    While it is open it is locked (flock(2)), and the kernel drops the lock with the process: a
    hidden file that can be locked was left by one that was killed, and `remove_if_abandoned`
    takes it away.
    """

    def __init__(self, directory: int, name: str) -> None:
        self._directory = directory
        self._name = name
        self._temporary = ""
        self._descriptor = -1

    def __enter__(self) -> Self:
        """Creates the hidden file.

        Raises:
            OSError: The directory cannot be written to, its disk is full, or a directory has
                the file's name.
        """
        if self._is_taken_by_a_directory():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        self._create()
        try:
            os.posix_fallocate(self._descriptor, 0, _ROOM)
        except OSError:
            self._close()
            raise
        return self

    def commit(self, content: bytes, mtime_ns: int) -> None:
        """Writes the content, gives it a date and puts it in its place.

        Args:
            content: All of it.
            mtime_ns: Its modification time, in nanoseconds since the epoch.

        Raises:
            OSError: It could not be written; nothing has changed.
        """
        view = memoryview(content)
        while view:
            view = view[os.write(self._descriptor, view) :]
        os.ftruncate(self._descriptor, len(content))
        os.utime(self._descriptor, ns=(mtime_ns, mtime_ns))
        os.fsync(self._descriptor)
        os.replace(
            self._temporary, self._name, src_dir_fd=self._directory, dst_dir_fd=self._directory
        )
        self._temporary = ""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Removes the hidden file where it was not committed."""
        self._close()

    def _is_taken_by_a_directory(self) -> bool:
        try:
            status = os.stat(self._name, dir_fd=self._directory, follow_symlinks=False)
        except FileNotFoundError:
            return False
        return stat.S_ISDIR(status.st_mode)

    def _create(self) -> None:
        while True:
            # Another name each time: a second sweep may still be about to remove the last one.
            self._temporary = f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}.tmp"
            self._descriptor = os.open(self._temporary, _CREATE, 0o666, dir_fd=self._directory)
            with contextlib.suppress(OSError):  # without locks nothing is swept there either
                fcntl.flock(self._descriptor, fcntl.LOCK_EX)
            if os.fstat(self._descriptor).st_nlink:
                return
            os.close(self._descriptor)  # a sweep came between the creation and the lock

    def _close(self) -> None:
        if self._temporary:
            with contextlib.suppress(OSError):  # the directory itself may be gone
                os.unlink(self._temporary, dir_fd=self._directory)
        os.close(self._descriptor)


def remove_if_abandoned(directory: int, name: str) -> bool:
    """Removes a hidden file that a killed process left.

    Args:
        directory: A descriptor of the directory.
        name: A name there that begins with `TEMPORARY_PREFIX`.

    Returns:
        Whether it was removed: not where a living process still writes it.
    """
    try:
        # To write: on NFS nothing else may be locked (flock(2)).
        flags = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        descriptor = os.open(name, flags, dir_fd=directory)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.unlink(name, dir_fd=directory)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True
