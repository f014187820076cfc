"""Functions for all SQLite files of the program: their creation, and the detection of damage."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_COMPANIONS = ("-wal", "-shm", "-journal")
"""The suffixes of the files that SQLite keeps beside a file (https://sqlite.org/tempfiles.html)."""


def create(path: Path) -> None:
    """Create an empty file that only its user may read, as it will contain texts of scans.

    SQLite would create one that others may read. It is opened for reading and writing, as some file
    systems in user space create no read-only file. If root runs a command for a service, the file
    gets the owner of its directory, who is the user of the service.

    Raises:
        FileExistsError: There is a file.
        OSError: It cannot be created.
    """
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        if os.geteuid() == 0:
            owner = path.parent.stat()
            os.fchown(descriptor, owner.st_uid, owner.st_gid)
    finally:
        os.close(descriptor)


def is_damage(error: Exception) -> bool:
    """Return whether an error says that the content is wrong (SQLITE_CORRUPT, SQLITE_NOTADB)."""
    return type(error) is sqlite3.DatabaseError  # subclasses are about disks, locks and statements


def remove_companions(path: Path) -> None:
    """Remove the files that SQLite keeps beside a file, which it would use for a new file.

    Raises:
        OSError: One of them cannot be removed.
    """
    for suffix in _COMPANIONS:
        path.with_name(path.name + suffix).unlink(missing_ok=True)
