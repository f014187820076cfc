"""Finds the mode in which SQLite has to write a file on its file system."""

from __future__ import annotations

import errno
import os
import sqlite3
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ocr_watcher.storage.filesystem import file_system_of

_MOUNTS = Path("/proc/self/mountinfo")
_NETWORKS = frozenset(
    "9p afs ceph cifs coda glusterfs lustre ncpfs nfs nfs4 ocfs2 gfs2 smb2 smb3 smbfs".split()  # noqa: SIM905  shorter
)
_NOT_SUPPORTED = frozenset({errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP})
_PRIMARY = 0xFF
"""The bits of an error code with its primary code; the other bits give details
(https://sqlite.org/rescode.html)."""
_REFUSALS = frozenset({sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_CANTOPEN})


@dataclass(frozen=True, slots=True)
class Journal:
    """A way in which SQLite writes a file.

    Attributes:
        mode: The mode of its journal (https://sqlite.org/pragma.html#pragma_journal_mode).
        durable: The level of ``synchronous`` for changes that must survive a power cut.
        other: The level for other changes.
        shortfall: The disadvantage of this way, in a text for people; empty if it has none.
    """

    mode: str
    durable: str
    other: str
    shortfall: str = ""

    def begin(self, connection: sqlite3.Connection) -> None:
        """Set up a new connection.

        Raises:
            sqlite3.OperationalError: The file cannot be written in this way, or not now.
        """
        connection.execute(f"PRAGMA synchronous = {self.other}")
        (mode,) = connection.execute(f"PRAGMA journal_mode = {self.mode}").fetchone()
        if mode.upper() != self.mode:
            raise sqlite3.OperationalError(f"its journal stays {mode}")

    def flush(self, connection: sqlite3.Connection, *, durable: bool) -> None:
        """Set whether the next transactions must survive a power cut."""
        connection.execute(f"PRAGMA synchronous = {self.durable if durable else self.other}")


WRITE_AHEAD = Journal("WAL", "FULL", "NORMAL")
WITHOUT_SHARED_MEMORY = Journal(
    "TRUNCATE", "FULL", "NORMAL", "its file system allows no write-ahead log: each write is slower"
)
UNFLUSHED = Journal(
    "TRUNCATE", "OFF", "OFF", "its file system flushes no files: a power cut may lose what was paid"
)


def journals_for(directory: Path, mounts: str | None = None) -> tuple[Journal, ...]:
    """Return the ways to write in a directory, the best first.

    All processes that use a write-ahead log must share memory, so it does not work over a network
    (https://sqlite.org/wal.html). Whether a file system in user space can map files, and flush
    them, is only known from a try. One that cannot flush refuses with EINVAL, which SQLite would
    take for a fault of the disk.

    Args:
        directory: The directory of the file.
        mounts: The text of ``/proc/self/mountinfo`` (proc(5)); None to read it.
    """
    if mounts is None:
        mounts = _MOUNTS.read_text("utf-8", "surrogateescape")
    file_system = file_system_of(os.path.realpath(directory), mounts)
    if file_system.startswith("fuse") and not _flushes(directory):
        return (UNFLUSHED,)
    if file_system in _NETWORKS:
        return (WITHOUT_SHARED_MEMORY,)
    return WRITE_AHEAD, WITHOUT_SHARED_MEMORY


def _flushes(directory: Path) -> bool:
    with tempfile.TemporaryFile(dir=directory) as file:
        try:
            os.fsync(file.fileno())
        except OSError as error:
            return error.errno not in _NOT_SUPPORTED
    return True


def refuses_journal(error: sqlite3.OperationalError) -> bool:
    """Return whether an error says that the file system cannot do what a journal needs."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_IOERR)
    return code & _PRIMARY in _REFUSALS
