"""A FUSE file system that passes everything on to a directory, but for what is odd about it.

``python -m tests.odd_file_system SOURCE TARGET FAULTS``; the file FAULTS holds a JSON object, and
is read again for each call.
"""

from __future__ import annotations

import errno
import itertools
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from mfusepy import FUSE, FuseOSError, Operations

_STATUS = ("st_mode", "st_nlink", "st_uid", "st_gid", "st_size", "st_ino", "st_blocks")


@dataclass(frozen=True, slots=True)
class Oddities:
    """What is odd.

    Attributes:
        utimens: The errno that dates are refused with, by its name.
        date_step: Nanoseconds that a date is truncated to when it is set.
        latest: Nanoseconds since the epoch; a later date is set to this one.
        fallocate: The same as ``utimens``, for posix_fallocate(3).
        fsync: The same as ``utimens``, for files and directories.
        flush: The same as ``utimens``, for the close of a file that is written.
        write: The same as ``utimens``, for writes.
        inodes: Whether every look at a file gives it another number.
        ctime: Whether the change of a file's status has the date of its content.
    """

    utimens: str = ""
    date_step: int = 1
    latest: int = 2**63
    fallocate: str = ""
    fsync: str = ""
    flush: str = ""
    write: str = ""
    inodes: int = 0
    ctime: int = 0


class OddFileSystem(Operations):
    """Passes on, and fails as it is told to."""

    use_ns = True

    def __init__(self, source: Path, faults_file: Path) -> None:
        self._source = source
        self._faults_file = faults_file
        self._numbers = itertools.count(1_000)

    @property
    def _odd(self) -> Oddities:
        return Oddities(**json.loads(self._faults_file.read_text()))

    @staticmethod
    def _raise(name: str) -> None:
        if name:
            raise FuseOSError(getattr(errno, name))

    def _real(self, path: str) -> str:
        return f"{self._source}{path}"

    def getattr(self, path, fh=None):
        status = os.lstat(self._real(path))
        told = {name: getattr(status, name) for name in _STATUS}
        told |= {"st_mtime": status.st_mtime_ns, "st_atime": status.st_atime_ns}
        told["st_ctime"] = status.st_mtime_ns if self._odd.ctime else status.st_ctime_ns
        if self._odd.inodes and path != "/":
            told["st_ino"] = next(self._numbers)
        return told

    def utimens(self, path, times=None):
        self._raise(self._odd.utimens)
        if times is None:
            os.utime(self._real(path))
            return
        odd = self._odd
        kept = [min(int(time), odd.latest) // odd.date_step * odd.date_step for time in times]
        os.utime(self._real(path), ns=(kept[0], kept[1]), follow_symlinks=False)

    def readdir(self, path, fh):
        # With their numbers: readdir(3) leaves out what has none.
        entries = [(entry.name, entry.inode()) for entry in os.scandir(self._real(path))]
        return [".", "..", *((name, {"st_ino": inode}, 0) for name, inode in entries)]

    def statfs(self, path):
        told = os.statvfs(self._real(path))
        names = ("f_bsize", "f_frsize", "f_blocks", "f_bfree", "f_bavail", "f_files", "f_ffree")
        return {name: getattr(told, name) for name in (*names, "f_favail", "f_namemax")}

    def open(self, path, flags):
        return os.open(self._real(path), flags & ~os.O_CREAT)

    def create(self, path, mode, fi=None):
        return os.open(self._real(path), os.O_RDWR | os.O_CREAT, mode)

    def read(self, path, size, offset, fh):
        return os.pread(fh, size, offset)

    def write(self, path, data, offset, fh):
        self._raise(self._odd.write)
        return os.pwrite(fh, data, offset)

    def truncate(self, path, length, fh=None):
        os.truncate(self._real(path) if fh is None else fh, length)

    def fallocate(self, path, mode, offset, length, fh):
        self._raise(self._odd.fallocate)
        os.posix_fallocate(fh, offset, length)

    def fsync(self, path, datasync, fh):
        self._raise(self._odd.fsync)
        os.fsync(fh)

    def fsyncdir(self, path, datasync, fh):
        self._raise(self._odd.fsync)

    def flush(self, path, fh):
        self._raise(self._odd.flush)

    def release(self, path, fh):
        os.close(fh)

    def unlink(self, path):
        os.unlink(self._real(path))

    def mkdir(self, path, mode):
        os.mkdir(self._real(path), mode)

    def rmdir(self, path):
        os.rmdir(self._real(path))

    def rename(self, old, new):
        os.rename(self._real(old), self._real(new))

    def symlink(self, target, source):
        os.symlink(source, self._real(target))

    def readlink(self, path):
        return os.readlink(self._real(path))

    def mknod(self, path, mode, dev):
        os.mknod(self._real(path), mode, dev)

    def link(self, target, source):
        os.link(self._real(source), self._real(target))

    def chmod(self, path, mode):
        os.chmod(self._real(path), mode)

    def chown(self, path, uid, gid):
        os.chown(self._real(path), uid, gid, follow_symlinks=False)


if __name__ == "__main__":
    _, _source, _target, _faults = sys.argv
    FUSE(
        OddFileSystem(Path(_source), Path(_faults)),
        _target,
        foreground=True,
        use_ino=True,
        allow_other=True,
        default_permissions=True,
        attr_timeout=0,
        entry_timeout=0,
    )
