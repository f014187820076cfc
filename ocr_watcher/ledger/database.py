"""The ledger's file, shared by several threads: what cannot be written now is written later."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ocr_watcher.ledger.database_file import LedgerFile, in_memory, is_damage, open_file
from ocr_watcher.ledger.pending_changes import MOST_BYTES, Unwritten
from ocr_watcher.logs.fields import fields

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from ocr_watcher.ledger.change import Change

_log = logging.getLogger(__name__)
_Value = TypeVar("_Value")

_PORTION = 500
"""Changes that are caught up with in one transaction: a full disk refuses it soon."""


@dataclass(slots=True, eq=False)
class _Task(Generic[_Value]):
    """Some work that waits for the file; its value is the default until it has been done."""

    work: Callable[[sqlite3.Connection], _Value]
    value: _Value
    change: Change | None = None
    error: Exception | None = None
    done: bool = False


class Database:
    """One SQLite file that several threads, and the commands beside a daemon, share.

    It is memory, not truth: a fault of it goes to the log, and never stops the work on an image. A
    damaged file is set aside and built again. Where the file is locked, full, or cannot be opened,
    changes are kept and read in memory, and written with the next one that can be.

    A durable change is on the disk when `write` returns: of the changes that share a transaction
    one is enough to have it flushed. In WAL mode a transaction with ``synchronous = FULL`` is
    flushed with all before it, and one with ``NORMAL`` is not flushed
    (https://sqlite.org/pragma.html#pragma_synchronous, https://sqlite.org/wal.html).
    """

    def __init__(
        self, directory: Path, busy_seconds: float = 10.0, most_unwritten: int = MOST_BYTES
    ) -> None:
        """Open the database; make it where there is none.

        Args:
            directory: Where it lies (``state_dir``); made where it is missing.
            busy_seconds: How long to wait for another process that writes. After a wait without
                success there is no further one until a write succeeds, because each image would
                wait as long.
            most_unwritten: The bytes that changes may take in memory which cannot be written.
        """
        self._directory = directory
        self._busy_seconds = busy_seconds
        self._lock = threading.Lock()
        self._tasks: deque[_Task[Any]] = deque()
        self._unwritten = Unwritten(most_unwritten)
        self._troubled = False
        self._closed = False
        self._flushes = False
        self._file = self._open(None)

    def run(self, work: Callable[[sqlite3.Connection], _Value], default: _Value) -> _Value:
        """Do some work in one transaction, which it may share with that of other threads.

        A transaction costs more than the work in it. So the thread that has the file also does
        the work of all threads that wait for it.

        Args:
            work: Called with the connection. It raises `sqlite3.DatabaseError`, as SQLite does,
                where it finds content that this program cannot have written.
            default: The result where the database cannot be used, or was closed.
        """
        return self._wait(_Task(work, default))

    def write(self, change: Change) -> None:
        """Write a change, or keep it until it can be written."""
        self._wait(_Task(change.apply, None, change))

    def read(self, work: Callable[[sqlite3.Connection], _Value | None]) -> list[_Value]:
        """Read in every place that knows something.

        Args:
            work: As for `run`; changes nothing.

        Returns:
            What it read that is not None: first in the changes that could not be written yet,
            then in the file, then in that of a newer version of the program.
        """
        values = [self._in_memory(work), self.run(work, None), self._in_newer(work)]
        return [value for value in values if value is not None]

    def close(self) -> None:
        """Close the file; what comes later, from a thread that was given up, is not kept."""
        with self._lock:
            if not self._closed and self._unwritten.changes:
                self._reopen_if_moved(writes=True)
                self._do([_Task(lambda _: None, None)], catch_up=True)
            if not self._closed and self._file.is_kept and self._unwritten.changes:
                lost = len(self._unwritten.changes)
                _log.warning("the ledger could not be written", extra=fields(changes_lost=lost))
            self._closed = True
            self._unwritten.close()
            self._file.close()

    def _wait(self, task: _Task[_Value]) -> _Value:
        self._tasks.append(task)
        with self._lock:
            if not task.done:
                self._work_off()
        if task.error is not None:
            raise task.error
        return task.value

    def _in_memory(self, work: Callable[[sqlite3.Connection], _Value | None]) -> _Value | None:
        if not self._unwritten.changes:
            return None
        with self._lock:
            return None if self._closed else self._unwritten.read(work)

    def _in_newer(self, work: Callable[[sqlite3.Connection], _Value | None]) -> _Value | None:
        if self._file.newer is None:
            return None
        with self._lock:
            try:
                return None if self._closed else work(self._file.newer)
            except sqlite3.Error:  # other tables, or none: what cannot be read is not known
                return None

    def _work_off(self) -> None:
        tasks = [self._tasks.popleft() for _ in range(len(self._tasks))]
        try:
            if not self._closed:
                writes = any(task.change for task in tasks)
                self._reopen_if_moved(writes=writes)
                self._do(tasks, catch_up=writes)
        finally:
            for task in tasks:
                task.done = True

    def _do(self, tasks: Sequence[_Task[Any]], *, catch_up: bool = False) -> None:
        try:
            if catch_up:
                self._catch_up()
            values = self._transact(tasks)
        except sqlite3.OperationalError as error:  # of the disk or a lock: no write goes through
            self._tell_trouble(error)
            self._keep_changes_of(tasks)
            self._do_reads_of(tasks)
        except Exception as error:
            if len(tasks) == 1:
                self._fail(tasks[0], error)
            else:
                for task in tasks:  # the fault of one is not the others'
                    self._do([task])
        else:
            for task, value in zip(tasks, values, strict=True):
                task.value = value

    def _do_reads_of(self, tasks: Sequence[_Task[Any]]) -> None:
        reads = [task for task in tasks if task.change is None]
        if len(tasks) > 1:
            for task in reads:
                self._do([task])

    def _keep_changes_of(self, tasks: Iterable[_Task[Any]]) -> None:
        self._unwritten.keep(task.change for task in tasks if task.change is not None)

    def _fail(self, task: _Task[Any], error: Exception) -> None:
        if not isinstance(error, sqlite3.Error):
            task.error = error
        elif is_damage(error):
            self._replace(damage=error)
            if task.change is not None:  # the new file is there for it
                self._do([task], catch_up=True)
        else:
            self._tell_trouble(error)

    def _catch_up(self) -> None:
        while portion := self._unwritten.changes[:_PORTION]:
            self._transact([_Task(change.apply, None, change) for change in portion])
            self._unwritten.written(len(portion))

    def _transact(self, tasks: Sequence[_Task[Any]]) -> list[Any]:
        if not self._file.is_kept and any(task.change for task in tasks):
            raise sqlite3.OperationalError("there is no file")
        self._set_flushes(any(task.change and task.change.durable for task in tasks))
        connection = self._file.connection
        changes = connection.total_changes
        with connection:
            values = [task.work(connection) for task in tasks]
        if self._troubled and self._file.is_kept and connection.total_changes > changes:
            self._troubled = False
            self._wait_for_others(self._busy_seconds)
        return values

    def _set_flushes(self, flushes: bool) -> None:
        if flushes != self._flushes:  # between transactions: within one it has no effect
            self._file.journal.flush(self._file.connection, durable=flushes)
            self._flushes = flushes

    def _open(self, damaged: tuple[LedgerFile, sqlite3.Error] | None) -> LedgerFile:
        busy_seconds = 0.0 if self._troubled else self._busy_seconds
        try:
            return open_file(self._directory, busy_seconds, damaged=damaged)
        except (OSError, sqlite3.Error) as error:
            self._tell_loss(error)
            return in_memory()

    def _replace(self, damage: sqlite3.Error | None = None) -> None:
        self._file.close()
        self._file = self._open(None if damage is None else (self._file, damage))
        self._flushes = False

    def _reopen_if_moved(self, *, writes: bool) -> None:
        if not self._file.is_kept:
            if writes and (file := self._open(None)).is_kept:
                self._file.close()
                self._file, self._flushes = file, False
        elif not self._file.is_in_place():
            # SQLite would write to a file without a name, of which nothing is left at the end.
            _log.warning(
                "the ledger was taken away and is opened anew", extra=fields(ledger=self._file.path)
            )
            self._replace()

    def _tell_loss(self, error: OSError | sqlite3.Error) -> None:
        if not self._troubled:
            self._troubled = True
            _log.warning(
                "what is done is remembered only until the program ends: %s",
                error.strerror if isinstance(error, OSError) else error,
                extra=fields(state_dir=self._directory, advice="make state_dir writable"),
            )

    def _tell_trouble(self, error: sqlite3.Error) -> None:
        if not self._troubled:
            self._troubled = True
            self._wait_for_others(0.0)
            _log.warning(
                "the ledger cannot be used; images go on without it: %s",
                error,
                extra=fields(ledger=self._file.path),
            )

    def _wait_for_others(self, seconds: float) -> None:
        self._file.connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")
