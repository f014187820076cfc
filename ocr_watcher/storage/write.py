"""Writes a file so that it appears whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import secrets
import time
from typing import TYPE_CHECKING, Self

from ocr_watcher.storage.dates import stands_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

TEMPORARY_PREFIX = ".ocr-watcher-"
"""Begins the name of every file that is not whole yet; hidden, and short whatever the image."""
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC

_REFUSED = frozenset(
    {
        errno.EPERM,
        errno.EACCES,
        errno.EINVAL,
        errno.ENOSYS,
        errno.EOPNOTSUPP,
        errno.EOVERFLOW,
        errno.ERANGE,
        errno.EROFS,
    }
)
"""What utimensat(2) and fsync(2) answer where a file system does not do such a thing at all, or
not for us: the file is no worse for it."""


class PendingFile:
    """A file that is not there yet.

    It is created under a hidden name when the context is entered. `write` gives it its content,
    `put` its place in one step (rename(2)), `commit` does both; leaving the context without that
    removes it. Enter the context only when there is something to write: programs that copy the
    directory take hidden files as well.

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
        """Create the hidden file.

        Raises:
            OSError: The directory cannot be written to.
        """
        while True:
            # Another name each time: a second sweep may still be about to remove the last one.
            self._temporary = f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}.tmp"
            self._descriptor = os.open(self._temporary, _CREATE, 0o666, dir_fd=self._directory)
            with contextlib.suppress(OSError):  # without locks nothing is swept there either
                fcntl.flock(self._descriptor, fcntl.LOCK_EX)
            if os.fstat(self._descriptor).st_nlink:
                return self
            os.close(self._descriptor)  # a sweep came between the creation and the lock

    def commit(self, content: bytes, mtime_ns: int | None) -> None:
        """Write the content, date it, and put the file in its place.

        Raises:
            OSError: It could not be written; nothing has changed.
        """
        self.write(content, mtime_ns)
        self.put(mtime_ns)

    def write(self, content: bytes, mtime_ns: int | None) -> None:
        """Write the content to the disk, under the hidden name.

        Args:
            content: All of it.
            mtime_ns: Its modification time, in nanoseconds since the epoch; None leaves it.

        Raises:
            OSError: There is no room, or the disk failed.
        """
        self.fill(content)
        if mtime_ns is not None:
            self.date(mtime_ns)
        where_supported(os.fsync, self._descriptor)
        self.flush()

    def fill(self, content: bytes) -> None:
        """Write the content, without waiting for the disk."""
        view = memoryview(content)
        while view:
            view = view[os.write(self._descriptor, view) :]

    def flush(self) -> None:
        """Have the file system say what a close would: NFS and FUSE may tell only then of no room.

        Raises:
            OSError: What was written is lost (close(2)).
        """
        os.close(os.dup(self._descriptor))  # a duplicate, for the lock must last

    def date(self, mtime_ns: int) -> int:
        """Date the hidden file, where the file system lets us.

        Returns:
            The date it has then.
        """
        where_supported(os.utime, self._descriptor, ns=(mtime_ns, mtime_ns))
        return os.fstat(self._descriptor).st_mtime_ns

    def put(self, mtime_ns: int | None) -> None:
        """Put the written file in its place.

        Args:
            mtime_ns: The date that was asked for; it is asked for again where it was lost on the
                way: some file systems set the date when a file is closed or renamed.

        Raises:
            OSError: Its place cannot be taken; nothing has changed.
        """
        os.replace(
            self._temporary, self._name, src_dir_fd=self._directory, dst_dir_fd=self._directory
        )
        self._temporary = ""
        if mtime_ns is not None:
            self._date_again(mtime_ns)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Remove the hidden file where it was not put in its place."""
        with contextlib.suppress(OSError):  # `write` has asked already
            os.close(self._descriptor)
        if self._temporary:
            # Closed before: NFS and FUSE keep a file that is open under another hidden name.
            with contextlib.suppress(OSError):  # the directory itself may be gone
                os.unlink(self._temporary, dir_fd=self._directory)

    def _date_again(self, asked: int) -> None:
        # A sidecar that is newer than its image counts as current, an older one does not.
        for date in (asked, max(asked, time.time_ns())):
            kept = os.stat(self._name, dir_fd=self._directory, follow_symlinks=False).st_mtime_ns
            if kept >= asked or stands_for(kept, asked):
                return
            where_supported(
                os.utime,
                self._name,
                ns=(date, date),
                dir_fd=self._directory,
                follow_symlinks=False,
            )


def where_supported(call: Callable[..., object], *arguments: object, **named: object) -> None:
    """Make a call that not every file system knows or allows.

    Raises:
        OSError: It failed for another reason.
    """
    try:
        call(*arguments, **named)
    except OSError as error:
        if error.errno not in _REFUSED:
            raise


def remove_if_abandoned(directory: int, name: str) -> bool:
    """Remove a hidden file that a killed process left.

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
