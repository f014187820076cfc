"""The SQLite file: opened, set aside when it is damaged, and built again."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import sqlite3
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ocr_watcher.ledger.schema import SCHEMA, build
from ocr_watcher.service.logs import fields

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

_log = logging.getLogger(__name__)
_Value = TypeVar("_Value")

FILE_NAME = "ledger.sqlite"


@dataclass(slots=True, eq=False)
class _Task(Generic[_Value]):
    """Some work that waits for the file; its value is the default until it has been done."""

    work: Callable[[sqlite3.Connection], _Value]
    value: _Value
    error: Exception | None = None
    done: bool = False


class Database:
    """One SQLite file that several threads, and the commands beside a daemon, share.

    It is memory, not truth: whatever is wrong with it is told, and never stands in the way of an
    image. A damaged file is set aside and built again; a full disk or a directory that may not
    be written to costs what would have been remembered.
    """

    def __init__(self, directory: Path, busy_seconds: float = 10.0) -> None:
        """Opens the database, making it where there is none.

        Args:
            directory: Where it lies (``state_dir``); made where it is missing.
            busy_seconds: How long another process that writes is waited for. Once that was in
                vain it is not waited for again until a write goes through: every image would
                be held up.
        """
        self._file = directory / FILE_NAME
        self._busy_seconds = busy_seconds
        self._lock = threading.Lock()
        self._tasks: deque[_Task[Any]] = deque()
        self._troubled = False
        self._closed = False
        self._identity: tuple[int, int] | None = None
        self._connection = self._open()

    def run(self, work: Callable[[sqlite3.Connection], _Value], default: _Value) -> _Value:
        """Does some work in one transaction, which it may share with that of other threads.

        A transaction costs more than what is done in it. So whoever has the file does the work
        of all that wait for it as well.

        Args:
            work: Is given the connection. Where it finds what cannot have been written by this
                program it raises `sqlite3.DatabaseError`, as SQLite does.
            default: What is returned where the database does not serve, or was closed.
        """
        task = _Task(work, default)
        self._tasks.append(task)
        with self._lock:
            if not task.done:
                self._work_off()
        if task.error is not None:
            raise task.error
        return task.value

    def close(self) -> None:
        """Closes the file; what comes later, from a thread that was given up, is not kept."""
        with self._lock:
            self._closed = True
            self._connection.close()

    def _work_off(self) -> None:
        tasks = [self._tasks.popleft() for _ in range(len(self._tasks))]
        try:
            if not self._closed:
                self._reopen_if_moved()
                self._do(tasks)
        finally:
            for task in tasks:
                task.done = True

    def _do(self, tasks: Sequence[_Task[Any]]) -> None:
        try:
            values = self._transact(tasks)
        except sqlite3.OperationalError as error:  # of the disk or a lock: each would meet it
            self._tell_trouble(error)
        except Exception as error:
            if len(tasks) == 1:
                self._fail(tasks[0], error)
            else:
                for task in tasks:  # the fault of one is not the others'
                    self._do([task])
        else:
            for task, value in zip(tasks, values, strict=True):
                task.value = value

    def _fail(self, task: _Task[Any], error: Exception) -> None:
        if not isinstance(error, sqlite3.Error):
            task.error = error
        elif _is_damage(error):
            self._connection.close()
            self._connection = self._open(damage=error)
        else:
            self._tell_trouble(error)

    def _transact(self, tasks: Iterable[_Task[Any]]) -> list[Any]:
        changes = self._connection.total_changes
        with self._connection:
            values = [task.work(self._connection) for task in tasks]
        if self._troubled and self._connection.total_changes > changes:
            self._troubled = False
            self._wait_for_others(self._busy_seconds)
        return values

    def _open(self, damage: sqlite3.Error | None = None) -> sqlite3.Connection:
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _alone(self._file.parent):
                if damage is not None and _identity(self._file) == self._identity:
                    self._set_aside(damage)
                return self._connect_or_rebuild()
        except (OSError, sqlite3.Error) as error:
            _log.warning(
                "what is done is remembered only until the program ends: %s",
                error.strerror if isinstance(error, OSError) else error,
                extra=fields(state_dir=self._file.parent, advice="make state_dir writable"),
            )
        self._identity = None
        connection = sqlite3.connect(":memory:", check_same_thread=False)
        connection.executescript(SCHEMA)
        return connection

    def _connect_or_rebuild(self) -> sqlite3.Connection:
        try:
            return self._connect()
        except sqlite3.Error as error:
            if not _is_damage(error):
                raise
            self._set_aside(error)
            return self._connect()

    def _connect(self) -> sqlite3.Connection:
        # What is written on scans is in it: not for every user of the machine to read.
        with contextlib.suppress(FileExistsError):
            os.close(os.open(self._file, os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        connection = sqlite3.connect(
            self._file, timeout=self._busy_seconds, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            build(connection)
        except BaseException:
            connection.close()
            raise
        self._identity = _identity(self._file)
        return connection

    def _reopen_if_moved(self) -> None:
        # SQLite would write to a file without a name, of which nothing is left at the end.
        if self._identity is None or self._identity == _identity(self._file):
            return
        _log.warning(
            "the ledger was taken away and is opened anew", extra=fields(ledger=self._file)
        )
        self._connection.close()
        self._connection = self._open()

    def _set_aside(self, error: sqlite3.Error) -> None:
        aside = self._file.with_name(f"{FILE_NAME}.{time.time_ns()}")
        self._file.rename(aside)
        for suffix in ("-wal", "-shm"):  # they would be taken for the new file's
            self._file.with_name(FILE_NAME + suffix).unlink(missing_ok=True)
        _log.warning(
            "the ledger is set aside and built again; no image is recognised twice for it: %s",
            error,
            extra=fields(ledger=self._file, aside=aside),
        )

    def _tell_trouble(self, error: sqlite3.Error) -> None:
        if not self._troubled:
            self._troubled = True
            self._wait_for_others(0.0)
            _log.warning(
                "the ledger cannot be used; images go on without it: %s",
                error,
                extra=fields(ledger=self._file),
            )

    def _wait_for_others(self, seconds: float) -> None:
        self._connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")


def _is_damage(error: sqlite3.Error) -> bool:
    # The class itself says that the content is wrong (SQLITE_CORRUPT, SQLITE_NOTADB); its
    # subclasses speak of the disk, of locks, of the statement.
    return type(error) is sqlite3.DatabaseError


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


@contextlib.contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Keeps processes that open the file at once from each building it, or setting it aside."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with contextlib.suppress(OSError):  # some network file systems lock no directories
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
