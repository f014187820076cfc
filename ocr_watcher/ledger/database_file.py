"""The SQLite file of the ledger: found, opened, set aside where it is damaged, and built again."""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import logging
import os
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ocr_watcher.ledger.journal_mode import UNFLUSHED, Journal, journals_for, refuses_journal
from ocr_watcher.ledger.schema import SCHEMA, VERSION, NewerVersionError, build, check_version
from ocr_watcher.logs.fields import fields

if TYPE_CHECKING:
    from collections.abc import Iterator

_log = logging.getLogger(__name__)

FILE_NAME = "ledger.sqlite"
OWN_NAME = f"ledger-{VERSION}.sqlite"
"""Of the file that is written where a newer version of the program has written the other one."""

Identity = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """The file, open.

    Attributes:
        path: Where it lies.
        identity: Its device, and its inode where its file system does not number its files anew
            at each look; None of one that lies in memory.
        connection: The connection, which is made to write.
        journal: How it is written to.
        newer: A connection to the ledger of a newer version, which is only read; None where there
            is none.
    """

    path: Path
    identity: Identity | None
    connection: sqlite3.Connection
    journal: Journal
    newer: sqlite3.Connection | None = None

    @property
    def is_kept(self) -> bool:
        """Whether its content outlives the program."""
        return self.identity is not None

    def is_in_place(self) -> bool:
        """Return whether its name still leads to it."""
        now, own = _identity(self.path), self.identity
        return now is not None and own is not None and now[: len(own)] == own

    def close(self) -> None:
        """Close the connections."""
        self.connection.close()
        if self.newer is not None:
            self.newer.close()


def open_file(
    directory: Path, busy_seconds: float, *, damaged: tuple[LedgerFile, sqlite3.Error] | None = None
) -> LedgerFile:
    """Open the ledger of a directory; make the directory and the file where they are missing.

    A file of a newer version of the program stays as it is and is read only: what is new goes to
    a file beside it, which is on the disk as safely as the other one would be.

    Args:
        directory: Where it lies.
        busy_seconds: How long another process that writes is waited for.
        damaged: The file that was found to be damaged while it was open, and how.

    Raises:
        OSError: The directory cannot be made or written to.
        sqlite3.Error: The file cannot be used now.
    """
    _make(directory)
    with _alone(directory) as descriptor:
        if damaged is not None and damaged[0].is_in_place():
            _set_aside(damaged[0].path, damaged[1])
        file = _open(directory, busy_seconds)
        # The names of new files, too, have to be on the disk (fsync(2), NOTES).
        _flush(descriptor)
    return file


def in_memory() -> LedgerFile:
    """Return a ledger in memory, in the place of a file that cannot be used."""
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    connection.executescript(SCHEMA)
    return LedgerFile(Path(":memory:"), None, connection, UNFLUSHED)


def newer_version(directory: Path) -> int | None:
    """Return the version of a ledger that a newer program wrote; None where there is none.

    Raises:
        sqlite3.Error: The file cannot be read.
    """
    if not (directory / FILE_NAME).exists():
        return None
    with contextlib.closing(_connect_to_read(directory / FILE_NAME)) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version) if version > VERSION else None


def is_damage(error: sqlite3.Error) -> bool:
    """Return whether an error says that the content is wrong (SQLITE_CORRUPT, SQLITE_NOTADB)."""
    return type(error) is sqlite3.DatabaseError  # subclasses speak of disks, locks, statements


def _open(directory: Path, busy_seconds: float) -> LedgerFile:
    path = directory / FILE_NAME
    try:
        return _connect_or_rebuild(path, busy_seconds)
    except NewerVersionError as error:
        own = _connect_or_rebuild(directory / OWN_NAME, busy_seconds)
        _log.warning(
            "the ledger was written by a newer version of this program, and is only read: %s",
            error,
            extra=fields(ledger=path, written=OWN_NAME, advice="install the newer version"),
        )
        return dataclasses.replace(own, newer=_connect_to_read(path))


def _connect_or_rebuild(path: Path, busy_seconds: float) -> LedgerFile:
    try:
        return _connect(path, busy_seconds)
    except sqlite3.Error as error:
        if not is_damage(error):
            raise
        _set_aside(path, error)
        return _connect(path, busy_seconds)


def _connect(path: Path, busy_seconds: float) -> LedgerFile:
    # What is written on scans is in it: not for every user of the machine to read. To read and
    # write: some file systems in user space make no file that is only read.
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
    first, *others = journals_for(path.parent)
    for journal in others:
        try:
            return _connect_by(first, path, busy_seconds)
        except sqlite3.OperationalError as error:
            if not refuses_journal(error):
                raise
            first = journal
    return _connect_by(first, path, busy_seconds)


def _connect_by(journal: Journal, path: Path, busy_seconds: float) -> LedgerFile:
    connection = sqlite3.connect(path, timeout=busy_seconds, check_same_thread=False)
    try:
        check_version(connection)  # first: the file of a newer version stays as it is
        journal.begin(connection)
        build(connection)
    except BaseException:
        connection.close()
        raise
    return LedgerFile(path, _lasting(_identity(path), _identity(path)), connection, journal)


def _connect_to_read(path: Path) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode=ro"  # https://sqlite.org/uri.html
    return sqlite3.connect(uri, uri=True, timeout=0.0, check_same_thread=False)


def _set_aside(path: Path, error: sqlite3.Error) -> None:
    aside = path.with_name(f"{path.name}.{time.time_ns()}")
    path.rename(aside)
    for suffix in ("-wal", "-shm"):  # they would be taken for the new file's
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    _log.warning(
        "the ledger is set aside and built again; no image is recognised twice for it: %s",
        error,
        extra=fields(ledger=path, aside=aside),
    )


def _make(directory: Path) -> None:
    if directory.is_dir():
        return
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(OSError):
        parent = os.open(directory.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(parent)
        finally:
            os.close(parent)


def _flush(descriptor: int) -> None:
    with contextlib.suppress(OSError):  # some file systems flush no directories
        os.fsync(descriptor)


def _identity(path: Path) -> Identity | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _lasting(identity: Identity | None, again: Identity | None) -> Identity | None:
    return identity if identity is None or identity == again else identity[:1]


@contextlib.contextmanager
def _alone(directory: Path) -> Iterator[int]:
    """Let one of the processes that open the file at the same time build it or set it aside."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with contextlib.suppress(OSError):  # some network file systems lock no directories
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)
