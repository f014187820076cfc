"""Writing of a file so that it appears whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import secrets
import time
from typing import TYPE_CHECKING, Self

from ocr_watcher.storage.dates import is_rounding_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

TEMPORARY_PREFIX = ".ocr-watcher-"
"""Prefix of the name of every unfinished file; hidden, and short whatever the image is called."""
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
"""Errors of utimensat(2) and fsync(2) on a file system that does not support the call, or does not
allow it to this user. The file itself is not affected."""


class PendingFile:
    """A file that is not in its place yet.

    It is created under a hidden name when the context is entered. `write` writes its content, `put`
    moves it to its place in one step (rename(2)), and `commit` does both. Leaving the context
    without `put` removes the file. Enter the context only when there is something to write, as
    programs that copy the directory also copy hidden files.

    The file is locked while it is open (flock(2)), and the kernel drops the lock when the process
    ends. A hidden file that can be locked was therefore left by a killed process, and
    `remove_if_abandoned` removes it.
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
            # Another name each time, as a second sweep may be about to remove the last one.
            self._temporary = f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}.tmp"
            self._descriptor = os.open(self._temporary, _CREATE, 0o666, dir_fd=self._directory)
            with contextlib.suppress(OSError):  # without locks, no sweep removes a file there
                fcntl.flock(self._descriptor, fcntl.LOCK_EX)
            if os.fstat(self._descriptor).st_nlink:
                return self
            os.close(self._descriptor)  # a sweep removed it between its creation and the lock

    def commit(self, content: bytes, mtime_ns: int | None) -> None:
        """Write the content, date it, and put the file in its place.

        Raises:
            OSError: The file could not be written; its place is unchanged.
        """
        self.write(content, mtime_ns)
        self.put(mtime_ns)

    def write(self, content: bytes, mtime_ns: int | None) -> None:
        """Write the content to the disk, under the hidden name.

        Args:
            content: The whole content.
            mtime_ns: The modification time, in nanoseconds since the epoch; None does not set it.

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
        """Make the file system report the errors of a close, while the file stays open.

        NFS and FUSE may report only at a close that there is no room.

        Raises:
            OSError: The written content is lost (close(2)).
        """
        os.close(os.dup(self._descriptor))  # a duplicate, so that the lock stays

    def date(self, mtime_ns: int) -> int:
        """Set the date of the hidden file, where the file system allows it.

        Returns:
            The date that the file has afterwards.
        """
        where_supported(os.utime, self._descriptor, ns=(mtime_ns, mtime_ns))
        return os.fstat(self._descriptor).st_mtime_ns

    def permit(self, mode: int) -> None:
        """Set the permissions of the hidden file, whatever the umask (umask(2)).

        Raises:
            OSError: The file system failed; one without permissions is no fault.
        """
        where_supported(os.fchmod, self._descriptor, mode)

    def put(self, mtime_ns: int | None) -> None:
        """Put the written file in its place.

        Args:
            mtime_ns: The requested date. It is set again where it was lost, as some file systems
                set the date when a file is closed or renamed.

        Raises:
            OSError: The file cannot be moved to its place; the place is unchanged.
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
        with contextlib.suppress(OSError):  # `write` has checked for such errors already
            os.close(self._descriptor)
        if self._temporary:
            # It is closed first: NFS and FUSE keep an open file under another hidden name.
            with contextlib.suppress(OSError):  # the directory itself may be gone
                os.unlink(self._temporary, dir_fd=self._directory)

    def _date_again(self, asked: int) -> None:
        # A sidecar that is newer than its image counts as current; an older one does not.
        for date in (asked, max(asked, time.time_ns())):
            kept = os.stat(self._name, dir_fd=self._directory, follow_symlinks=False).st_mtime_ns
            if kept >= asked or is_rounding_of(kept, asked):
                return
            where_supported(
                os.utime,
                self._name,
                ns=(date, date),
                dir_fd=self._directory,
                follow_symlinks=False,
            )


def where_supported(call: Callable[..., object], *arguments: object, **named: object) -> None:
    """Make a call that not every file system supports or allows.

    Raises:
        OSError: The call failed for another reason.
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
        Whether it was removed; False where a running process still writes it.
    """
    try:
        # Opened for writing, as NFS refuses this lock on any other file (flock(2)).
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
