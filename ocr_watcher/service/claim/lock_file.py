"""The lock file of a folder, opened so that nobody who may write there can redirect us."""

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
"""Not below the prefix of temporary files, which are swept away."""

_FLAGS = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_NO_LOCKS = {errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL}


class OddFileError(OcrWatcherError):
    """What lies in the lock file's place is no file that we could have written."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a lock file.

    Attributes:
        content: What it holds; None where it may not be read.
        dates: When content and status changed, by the file server's clock, in nanoseconds.
        owner: The id of its owner.
    """

    content: bytes | None
    dates: tuple[int, int]
    owner: int

    @property
    def holder(self) -> Holder | None:
        """Whom it names."""
        return None if self.content is None else decode(self.content)


class LockFile:
    """The lock file in an open directory.

    Args:
        directory: The descriptor of the folder.
        root: The folder, for messages.
    """

    def __init__(self, directory: int, root: str) -> None:
        self._directory = directory
        self._root = root

    def look(self) -> Look | None:
        """Look at the file; None where there is none.

        Raises:
            OddFileError: It is a link, a FIFO, a directory, or has further names.
            OSError: The folder does not answer well.
        """
        try:
            self._check(os.stat(NAME, dir_fd=self._directory, follow_symlinks=False))
            descriptor = self._open(os.O_RDONLY)
        except FileNotFoundError:
            return None
        except PermissionError:  # another user's: its dates tell as much
            status = os.stat(NAME, dir_fd=self._directory, follow_symlinks=False)
            return _look(status, None)
        with _closing(descriptor):
            return _look(os.fstat(descriptor), os.pread(descriptor, MOST_BYTES, 0))

    def create(self) -> int:
        """Make the file, for its owner alone: who may open a file may also lock it (flock(2)).

        Raises:
            FileExistsError: There is one.
        """
        return os.open(
            NAME, os.O_RDWR | os.O_CREAT | os.O_EXCL | _FLAGS, 0o600, dir_fd=self._directory
        )

    def open(self) -> int | None:
        """Open the file for writing; None where it is another user's."""
        try:
            return self._open(os.O_RDWR)
        except PermissionError:
            return None

    def remove(self) -> None:
        """Remove the file, if it is there."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(NAME, dir_fd=self._directory)

    def is_at(self, descriptor: int) -> bool:
        """Return whether the name still leads to an open file."""
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
        # A further name may be one of our own files elsewhere, which we would write over.
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
    """Open a folder for work on its lock file.

    Raises:
        OSError: The folder cannot be opened.
    """
    with directory_below(root, "") as directory:
        yield LockFile(directory, root)


def lock(descriptor: int) -> Lock:
    """Lock an open file, if it is not locked; the lock lasts until the descriptor is closed."""
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
    """Write the whole content, for other hosts to see (NFS and others keep it until then)."""
    os.pwrite(descriptor, content, 0)
    if os.fstat(descriptor).st_size != len(content):
        os.ftruncate(descriptor, len(content))
    with contextlib.suppress(OSError):  # where there is none, closing must do
        os.fsync(descriptor)


def _look(status: os.stat_result, content: bytes | None) -> Look:
    return Look(content, (status.st_mtime_ns, status.st_ctime_ns), status.st_uid)


@contextlib.contextmanager
def _closing(descriptor: int) -> Iterator[None]:
    try:
        yield
    finally:
        os.close(descriptor)
