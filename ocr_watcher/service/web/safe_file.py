"""Reads files of watched folders for requests from outside.

A descriptor never leaves the function that opened it. After it is closed, the system gives its
number to the next file that is opened, so a descriptor that is passed on may then belong to another
file.
"""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from typing import Self

from ocr_watcher.storage.directory import READ, directory_below


class FileChangedError(Exception):
    """The file has changed since it was looked at."""


@dataclass(frozen=True, slots=True)
class Content:
    """The facts that distinguish two contents of a file without reading them.

    The inode number is not among them, as some file systems number a file anew each time.

    Attributes:
        size: The size in bytes.
        mtime_ns: The time when the content last changed, in nanoseconds.
        ctime_ns: The time when the content, the name or the permissions last changed. Nobody can
            set it (inode(7)). Another content has the same three values only if it has the same
            size and was written within the same step of the file system's clock. A step is up to 10
            ms on Linux (current_time(9), CONFIG_HZ), and up to 2 s on FAT.
    """

    size: int
    mtime_ns: int
    ctime_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> Self:
        """Return the facts in the status of a file."""
        return cls(status.st_size, status.st_mtime_ns, status.st_ctime_ns)


@dataclass(frozen=True, slots=True)
class SafeFile:
    """A file below a watched folder.

    Attributes:
        root: The folder, an absolute path.
        name: The path below the folder.
        content: The expected content.
    """

    root: str
    name: str
    content: Content

    @classmethod
    def look(cls, root: str, name: str) -> Self:
        """Look at a file without opening it.

        Raises:
            OSError: It is not there, is no regular file, or is behind a link.
        """
        directory_name, _, base_name = name.rpartition("/")
        with directory_below(root, directory_name) as directory:
            return cls(root, name, Content.of(_regular(directory, base_name)))

    def read(self, start: int = 0, most: int | None = None) -> bytes:
        """Read the file, or a part of it.

        Args:
            start: The first byte.
            most: The most bytes; None for all that follow.

        Raises:
            FileChangedError: Another content has taken its place.
            OSError: It is gone, or cannot be read.
        """
        directory_name, _, base_name = self.name.rpartition("/")
        length = max(0, self.content.size - start)
        length = length if most is None else min(most, length)
        with directory_below(self.root, directory_name) as directory:
            _regular(directory, base_name)  # opening a device may have effects
            descriptor = os.open(base_name, READ, dir_fd=directory)
            try:
                self._compare(descriptor)
                data = _bytes(descriptor, start, length)
                self._compare(descriptor)
            finally:
                os.close(descriptor)
        if len(data) != length:
            raise FileChangedError
        return data

    def _compare(self, descriptor: int) -> None:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or Content.of(status) != self.content:
            raise FileChangedError


def _regular(directory: int, name: str) -> os.stat_result:
    status = os.stat(name, dir_fd=directory, follow_symlinks=False)
    if not stat.S_ISREG(status.st_mode):
        raise FileNotFoundError(errno.ENOENT, "not a regular file")
    return status


def _bytes(descriptor: int, start: int, length: int) -> bytes:
    """Read bytes; a call of pread(2) returns at most 2 GiB, and less if it is interrupted."""
    parts = []
    while length and (part := os.pread(descriptor, length, start)):
        parts.append(part)
        start += len(part)
        length -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)
