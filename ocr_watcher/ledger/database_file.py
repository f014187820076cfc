"""Opens the SQLite file of the ledger; sets a damaged file aside and builds it again."""

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

from ocr_watcher.ledger.schema import SCHEMA, VERSION, NewerVersionError, build, check_version
from ocr_watcher.logs.fields import fields
from ocr_watcher.storage import sqlite_file
from ocr_watcher.storage.journal_mode import UNFLUSHED, Journal, journals_for, refuses_journal

if TYPE_CHECKING:
    from collections.abc import Iterator

_log = logging.getLogger(__name__)

FILE_NAME = "ledger.sqlite"
OWN_NAME = f"ledger-{VERSION}.sqlite"
"""The name of the file that is used where a newer version of the program wrote the usual file."""

Identity = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """The open file of the ledger.

    Attributes:
        path: The path of the file.
        identity: The device of the file, and its inode, unless the file system gives a file another
            inode at each look; None for a ledger in memory.
        connection: The connection for reading and writing.
        journal: The way in which the file is written.
        newer: A connection for reading the ledger of a newer version; None where there is none.
    """

    path: Path
    identity: Identity | None
    connection: sqlite3.Connection
    journal: Journal
    newer: sqlite3.Connection | None = None

    @property
    def is_kept(self) -> bool:
        """Whether its content is kept when the program ends."""
        return self.identity is not None

    def is_in_place(self) -> bool:
        """Return whether its path still leads to this file."""
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
    """Open the ledger of a directory; create the directory and the file where they are missing.

    The file of a newer version of the program is only read and never changed. Changes go to a file
    beside it, which is as safe on the disk as the other one would be.

    Args:
        directory: The directory of the file.
        busy_seconds: The longest wait for another process that writes.
        damaged: The open file that was found to be damaged, and the error that showed it.

    Raises:
        OSError: The directory cannot be created or written to.
        sqlite3.Error: The file cannot be used now.
    """
    _make(directory)
    with _one_at_a_time(directory) as descriptor:
        if damaged is not None and damaged[0].is_in_place():
            _set_aside(damaged[0].path, damaged[1])
        file = _open(directory, busy_seconds)
        # The directory is flushed too, as it holds the names of new files (fsync(2), NOTES).
        _flush(descriptor)
    return file


def in_memory() -> LedgerFile:
    """Return a ledger in memory, for when no file can be used."""
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
        if not sqlite_file.is_damage(error):
            raise
        _set_aside(path, error)
        return _connect(path, busy_seconds)


def _connect(path: Path, busy_seconds: float) -> LedgerFile:
    with contextlib.suppress(FileExistsError):
        sqlite_file.create(path)
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
        check_version(connection)  # before any change: the file of a newer version stays as it is
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
    sqlite_file.remove_companions(path)
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
    with contextlib.suppress(OSError):  # some file systems cannot flush directories
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
def _one_at_a_time(directory: Path) -> Iterator[int]:
    """Let one process at a time create the file or set it aside."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with contextlib.suppress(OSError):  # some network file systems cannot lock directories
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)
