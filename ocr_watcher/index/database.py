"""The SQLite file of the index, and the connections to it."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
import time
from typing import TYPE_CHECKING

from ocr_watcher.index.database_file import (
    Identity,
    identity_of,
    is_damage,
    one_at_a_time,
)
from ocr_watcher.index.reopening import Reopening
from ocr_watcher.index.schema import OtherVersionError, build
from ocr_watcher.logs.fields import fields
from ocr_watcher.logs.repeats import repeating
from ocr_watcher.storage import sqlite_file
from ocr_watcher.storage.journal_mode import Journal, journals_for, refuses_journal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_log = logging.getLogger(__name__)

FILE_NAME = "index.sqlite"
BUSY_SECONDS = 5.0
"""The longest wait for another process that writes; its transactions take a fraction of it."""

_CACHE = "PRAGMA cache_size = -2000"  # kibibytes of memory, where negative
_STEPS = 2000
"""The steps of SQLite's virtual machine between two looks at the clock; a fraction of a
millisecond."""


class ClosedError(Exception):
    """The index is closed, or was closed meanwhile."""


class Database:
    """The file of the index, which several threads and processes use.

    One connection writes, another reads for lists, each with a lock that is held for milliseconds.
    Each search has a connection of its own, so that a slow one delays nothing else.

    The file can be built again: a damaged file, or one of another version of the program, is
    replaced by an empty one.

    Attributes:
        on_replaced: Called after the file was replaced by another one, which must be filled. It
            must be quick and must not use the file.
    """

    def __init__(self, directory: Path, *, again_after: float | None = None) -> None:
        """Open the file; create it, and its directory, where they are missing.

        Args:
            directory: The directory of the file (``state_dir``).
            again_after: The seconds after which the next query tries again to open a file that
                could not be opened; until then each query gets an error. None to raise at once.

        Raises:
            OSError: The directory cannot be created or written to.
            sqlite3.Error: The file cannot be used now.
        """
        self.path = directory / FILE_NAME
        self._locks = {"read": threading.Lock(), "write": threading.Lock()}
        self._open: dict[str, tuple[sqlite3.Connection, Identity]] = {}
        self._guard = threading.Lock()
        self._closed = threading.Event()
        self._identity: Identity = (0, 0)
        self.on_replaced: Callable[[], None] = lambda: None
        self._reopening = Reopening(again_after, self._make)
        self._reopening.begin()

    def reading(self) -> contextlib.AbstractContextManager[sqlite3.Connection]:
        """Return a context with the connection for lists.

        Raises:
            ClosedError: The index was closed.
        """
        return self._using("read")

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection that writes, within a transaction.

        Raises:
            ClosedError: The index was closed.
            sqlite3.Error: The file cannot be written now.
        """
        with self._using("write") as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    @contextlib.contextmanager
    def searching(self, seconds: float | None) -> Iterator[sqlite3.Connection]:
        """Yield a new connection, whose statements end with an error after a number of seconds.

        Args:
            seconds: The longest time; None for no limit. A closed index ends the statements in any
                case.

        Raises:
            ClosedError: The index was closed.
        """
        end = float("inf") if seconds is None else time.monotonic() + seconds
        self._reopening.require()
        connection = self._connect()
        connection.set_progress_handler(
            lambda: self._closed.is_set() or time.monotonic() > end, _STEPS
        )
        try:
            if self._closed.is_set():
                raise ClosedError
            yield connection
        finally:
            connection.close()

    def is_closed(self) -> bool:
        """Return whether the index was closed."""
        return self._closed.is_set()

    def repair(self, error: Exception) -> None:
        """Replace a damaged file by an empty one, unless another process has replaced it already.

        Args:
            error: The error that showed the damage.
        """
        with self._guard, one_at_a_time(self.path.parent):
            if identity_of(self.path) == self._identity:
                self._remove(error)
        self._make()

    def close(self, within: float = 1.0) -> None:
        """End all searches, and close the connections.

        Args:
            within: The longest wait for a transaction, in seconds; its connection is then left to
                its thread.
        """
        self._closed.set()
        deadline = time.monotonic() + within
        for name, lock in self._locks.items():
            if lock.acquire(timeout=max(0.0, deadline - time.monotonic())):
                try:
                    self._drop(name)
                finally:
                    lock.release()

    @contextlib.contextmanager
    def _using(self, name: str) -> Iterator[sqlite3.Connection]:
        with self._locks[name]:
            if self._closed.is_set():
                raise ClosedError
            self._reopening.require()
            now = identity_of(self.path)
            if name in self._open and self._open[name][1] != now:
                self._drop(name)  # SQLite would continue to use a file that is deleted
            if now != self._identity:
                self._make()
            if name not in self._open:
                self._open[name] = self._connect(), self._identity
            yield self._open[name][0]

    def _drop(self, name: str) -> None:
        if name in self._open:
            self._open.pop(name)[0].close()

    def _make(self) -> None:
        directory = self.path.parent
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._guard, one_at_a_time(directory):
            try:
                self._create()
            except (sqlite3.DatabaseError, OtherVersionError) as error:
                if not is_damage(error):
                    raise
                self._remove(error)
                self._create()
            before, self._identity = self._identity, identity_of(self.path)
        if before != self._identity:
            self.on_replaced()

    def _create(self) -> None:
        with contextlib.suppress(FileExistsError):
            sqlite_file.create(self.path)
        *better, last = journals_for(self.path.parent)
        for journal in better:
            try:
                self._build(journal)
            except sqlite3.OperationalError as error:
                if not refuses_journal(error):
                    raise
            else:
                return
        self._build(last)

    def _build(self, journal: Journal) -> None:
        with contextlib.closing(self._connect()) as connection:
            journal.begin(connection)
            build(connection)

    def _remove(self, error: Exception) -> None:
        self.path.unlink(missing_ok=True)
        sqlite_file.remove_companions(self.path)
        _log.warning(
            "the index is made anew from the sidecars: %s",
            str(error) or "another version of the program made it",
            extra=fields(index=self.path) | repeating("index made anew"),
        )

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?mode=rw",  # only `create` makes it
            uri=True,
            timeout=BUSY_SECONDS,
            check_same_thread=False,
            isolation_level=None,
        )
        try:
            connection.execute(_CACHE)
            # A power cut may lose the last changes, which the next comparison finds again.
            connection.execute("PRAGMA synchronous = NORMAL")
        except BaseException:
            connection.close()
            raise
        return connection
