"""The database of the ledger, shared by several threads; a change may be written later."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ocr_watcher.ledger.advice import ledger_advice
from ocr_watcher.ledger.database_file import LedgerFile, in_memory, open_file
from ocr_watcher.ledger.pending_changes import MOST_BYTES, PendingChanges
from ocr_watcher.logs.fields import fields
from ocr_watcher.storage.sqlite_file import is_damage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from ocr_watcher.ledger.change import Change

_log = logging.getLogger(__name__)
_Value = TypeVar("_Value")

_PORTION = 500
"""The most kept changes that are written in one transaction, so that a full disk refuses it
soon."""


@dataclass(slots=True, eq=False)
class _Task(Generic[_Value]):
    """Work that waits for the file; its value is the default until the work is done."""

    work: Callable[[sqlite3.Connection], _Value]
    value: _Value
    change: Change | None = None
    error: Exception | None = None
    done: bool = False


class Database:
    """One SQLite file that several threads, and the commands beside a daemon, share.

    The sidecars are the truth, not this file. So a fault of it goes to the log and never stops the
    work on an image. A damaged file is set aside and built again. If the file is locked or cannot
    be opened, or the disk is full, changes are kept in memory, where they can be read. They are
    written together with the next change that can be written.

    A durable change is on the disk when `write` returns: it causes a flush of the whole transaction
    that it shares. In WAL mode a transaction with ``synchronous = FULL`` is flushed with all before
    it, and one with ``NORMAL`` is not flushed (https://sqlite.org/pragma.html#pragma_synchronous,
    https://sqlite.org/wal.html).
    """

    def __init__(
        self, directory: Path, busy_seconds: float = 10.0, most_unwritten: int = MOST_BYTES
    ) -> None:
        """Open the database; create it where there is none.

        Args:
            directory: The directory of the file (``state_dir``); created where it is missing.
            busy_seconds: The longest wait for another process that writes. After a wait without
                success there is no further wait until a write succeeds, as otherwise each image
                would wait as long.
            most_unwritten: The most bytes of memory for changes that cannot be written.
        """
        self._directory = directory
        self._busy_seconds = busy_seconds
        self._lock = threading.Lock()
        self._tasks: deque[_Task[Any]] = deque()
        self._unwritten = PendingChanges(most_unwritten)
        self._troubled = False
        self._closed = False
        self._flushes = False
        self._file = self._open(None)

    def run(self, work: Callable[[sqlite3.Connection], _Value], default: _Value) -> _Value:
        """Do work in a transaction, which it may share with the work of other threads.

        A transaction takes longer than the work in it. So the thread that uses the file also does
        the work of all threads that wait for the file.

        Args:
            work: Called with the connection; return the result. Raise `sqlite3.DatabaseError`, as
                SQLite does, for content that this program cannot have written.
            default: The result where the database cannot be used, or was closed.
        """
        return self._wait(_Task(work, default))

    def write(self, change: Change) -> None:
        """Write a change, or keep it until it can be written."""
        self._wait(_Task(change.apply, None, change))

    def read(self, work: Callable[[sqlite3.Connection], _Value | None]) -> list[_Value]:
        """Read from every place with data: the pending changes and the files.

        Args:
            work: As for `run`, without changing anything.

        Returns:
            The results that are not None, in this order: from the changes that are not written yet,
            from the file, and from the file of a newer version of the program.
        """
        values = [self._in_memory(work), self.run(work, None), self._in_newer(work)]
        return [value for value in values if value is not None]

    def close(self) -> None:
        """Close the file; later changes, from threads that were abandoned, are dropped."""
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
                self._do_waiting()
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
            except sqlite3.Error:  # its tables are different or missing, so it has no results
                return None

    def _do_waiting(self) -> None:
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
        except sqlite3.OperationalError as error:  # of the disk or a lock: no write is possible
            self._warn_of_trouble(error)
            self._keep_changes_of(tasks)
            self._do_reads_of(tasks)
        except Exception as error:
            if len(tasks) == 1:
                self._fail(tasks[0], error)
            else:
                for task in tasks:  # one by one, so that a fault of one does not affect the others
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
            if task.change is not None:  # it goes to the new file
                self._do([task], catch_up=True)
        else:
            self._warn_of_trouble(error)

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
        if flushes != self._flushes:  # it has no effect within a transaction
            self._file.journal.flush(self._file.connection, durable=flushes)
            self._flushes = flushes

    def _open(self, damaged: tuple[LedgerFile, sqlite3.Error] | None) -> LedgerFile:
        busy_seconds = 0.0 if self._troubled else self._busy_seconds
        try:
            return open_file(self._directory, busy_seconds, damaged=damaged)
        except (OSError, sqlite3.Error) as error:
            self._warn_of_loss(error)
            return in_memory()

    def _replace(self, damage: sqlite3.Error | None = None) -> None:
        self._file.close()
        self._file = self._open(None if damage is None else (self._file, damage))
        self._flushes = False

    def _reopen_if_moved(self, *, writes: bool) -> None:
        if not self._file.is_kept:
            if writes:
                self._replace()
        elif not self._file.is_in_place():
            # SQLite would go on writing to the old file, which is lost if it was deleted.
            _log.warning(
                "the ledger was taken away and is opened anew", extra=fields(ledger=self._file.path)
            )
            self._replace()

    def _warn_of_loss(self, error: OSError | sqlite3.Error) -> None:
        if not self._troubled:
            self._troubled = True
            _log.warning(
                "what is done is remembered only until the program ends: %s",
                error.strerror if isinstance(error, OSError) else error,
                extra=fields(
                    state_dir=self._directory, advice=ledger_advice(self._directory, error)
                ),
            )

    def _warn_of_trouble(self, error: sqlite3.Error) -> None:
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
