"""The lock file of a folder, opened so that a link in its place is not followed."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr_watcher.errors import OcrWatcherError
from ocr_watcher.escapes import printable
from ocr_watcher.service.claim.holder import MOST_BYTES, Holder, decode
from ocr_watcher.service.claim.verdict import Lock
from ocr_watcher.storage.directory import directory_below

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = ".ocr-watcher.lock"
"""Without the temporary prefix, because scans remove files with it."""

_FLAGS = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_NO_LOCKS = {errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL}


class OddFileError(OcrWatcherError):
    """The name of the lock file belongs to something that this program does not write."""


@dataclass(frozen=True, slots=True)
class Look:
    """The content and status of a lock file at one moment.

    Attributes:
        content: The content; None if it may not be read.
        dates: The times of the last change of content and of status, by the file server's clock,
            in nanoseconds.
        owner: The id of its owner.
    """

    content: bytes | None
    dates: tuple[int, int]
    owner: int

    @property
    def holder(self) -> Holder | None:
        """The holder that it names; None if it names none."""
        return None if self.content is None else decode(self.content)


class LockFile:
    """The lock file in an open directory.

    Args:
        directory: A descriptor of the folder.
        root: The path of the folder, for messages.
    """

    def __init__(self, directory: int, root: str) -> None:
        self._directory = directory
        self._root = root

    def look(self) -> Look | None:
        """Return the content and status of the file; None if it does not exist.

        Raises:
            OddFileError: It is a link, a FIFO, a directory, or has further names.
            OSError: The file cannot be read.
        """
        try:
            self._check(os.stat(NAME, dir_fd=self._directory, follow_symlinks=False))
            descriptor = self._open(os.O_RDONLY)
        except FileNotFoundError:
            return None
        except PermissionError:  # another user's: unreadable, but its mtime shows renewals
            status = os.stat(NAME, dir_fd=self._directory, follow_symlinks=False)
            return _look(status, None)
        with _closing(descriptor):
            return _look(os.fstat(descriptor), os.pread(descriptor, MOST_BYTES, 0))

    def create(self) -> int:
        """Create the file for its owner alone, as whoever may open a file may lock it (flock(2)).

        Returns:
            A descriptor of the file.

        Raises:
            FileExistsError: The file exists.
        """
        return os.open(
            NAME, os.O_RDWR | os.O_CREAT | os.O_EXCL | _FLAGS, 0o600, dir_fd=self._directory
        )

    def open(self) -> int | None:
        """Return a descriptor of the file for writing; None if it belongs to another user."""
        try:
            return self._open(os.O_RDWR)
        except PermissionError:
            return None

    def remove(self) -> None:
        """Remove the file, if it is there."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(NAME, dir_fd=self._directory)

    def is_at(self, descriptor: int) -> bool:
        """Return whether an open file is still the one with the name of the lock file."""
        try:
            status = os.stat(NAME, dir_fd=self._directory, follow_symlinks=False)
        except FileNotFoundError:
            return False
        return os.path.samestat(status, os.fstat(descriptor))

    def _open(self, mode: int) -> int:
        try:
            descriptor = os.open(NAME, mode | _FLAGS, dir_fd=self._directory)
        except OSError as error:
            if error.errno in {errno.ELOOP, errno.ENXIO, errno.EISDIR}:
                raise self._odd() from error
            raise
        try:
            self._check(os.fstat(descriptor))
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor

    def _check(self, status: os.stat_result) -> None:
        # A hard link may lead to one of our own files, which we would overwrite.
        if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
            raise self._odd()

    def _odd(self) -> OddFileError:
        path = printable(os.path.join(self._root, NAME))  # noqa: PTH118  roots are strings
        return OddFileError(
            f"{path} is a link, or no regular file",
            advice="remove it; it is in the place of the lock file of the folder",
        )


@contextlib.contextmanager
def lock_file_of(root: str) -> Iterator[LockFile]:
    """Open a folder and yield its lock file.

    Raises:
        OSError: The folder cannot be opened.
    """
    with directory_below(root, "") as directory:
        yield LockFile(directory, root)


def lock(descriptor: int) -> Lock:
    """Try to lock an open file; the lock lasts until the descriptor is closed."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return Lock.BUSY
    except OSError as error:
        if error.errno in _NO_LOCKS:
            return Lock.NONE
        raise
    return Lock.FREE


def write(descriptor: int, content: bytes) -> None:
    """Write the whole content and flush it, as NFS and others show it to other hosts only then."""
    os.pwrite(descriptor, content, 0)
    if os.fstat(descriptor).st_size != len(content):
        os.ftruncate(descriptor, len(content))
    with contextlib.suppress(OSError):  # without fsync(2), the close has to suffice
        os.fsync(descriptor)


def _look(status: os.stat_result, content: bytes | None) -> Look:
    return Look(content, (status.st_mtime_ns, status.st_ctime_ns), status.st_uid)


@contextlib.contextmanager
def _closing(descriptor: int) -> Iterator[None]:
    try:
        yield
    finally:
        os.close(descriptor)
