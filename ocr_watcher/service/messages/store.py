"""The file that keeps the outboxes of the targets, over restarts and kills."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import sqlite3
from typing import TYPE_CHECKING, TypeVar

from ocr_watcher.service.messages.outbox import Outbox
from ocr_watcher.service.messages.presence import Presence
from ocr_watcher.service.messages.rows import Rows
from ocr_watcher.storage import sqlite_file
from ocr_watcher.storage.journal_mode import journals_for, refuses_journal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

FILE_NAME = "messages.sqlite"
DAMAGED_NAME = "messages.sqlite.damaged"
_VERSION = 1
_BUSY_SECONDS = 1.0
_PRIMARY = 0xFF
"""The bits of an error code with its primary code (https://sqlite.org/rescode.html)."""
_FORGET_SECONDS = 30 * 86_400.0
"""The seconds after which notices are dropped if no process has their target."""
_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS outboxes (target TEXT PRIMARY KEY, outbox TEXT);
CREATE TABLE IF NOT EXISTS owners (owner TEXT, target TEXT, PRIMARY KEY (owner, target));
PRAGMA user_version = {_VERSION};
"""


class Store:
    """The outboxes of all targets, in SQLite in the state directory.

    Several processes may use one file, as several daemons may have one state directory. Each change
    is a transaction, and the file contains the targets of each process. A target is identified by a
    digest of its address, as the address is a secret.
    """

    def __init__(self, directory: Path) -> None:
        """Create it for a directory, in which no file is used before the first call.

        Args:
            directory: The state directory.
        """
        self._directory = directory
        self._path = directory / FILE_NAME
        self._presence = Presence(directory)
        self._targets: list[str] = []
        self._connection: sqlite3.Connection | None = None

    @property
    def owner(self) -> str:
        """The token of this process."""
        return self._presence.owner

    def close(self) -> None:
        """Close the file, and give up the targets of this process."""
        self._disconnect()
        self._presence.end()

    def adopt(self, targets: Iterable[str], now: float) -> list[Outbox]:
        """Replace the targets of this process, and return their outboxes.

        Notices for targets that no running process has any more go to the new targets. Whoever
        corrects an address thus gets the messages that the wrong address did not accept.

        Raises:
            OSError: The file cannot be used now; the next call tries again.
        """
        ours = list(dict.fromkeys(targets))
        adopted = self._transact(lambda rows: self._adopted(rows, ours, now))
        self._targets = ours
        return adopted

    def change(self, targets: Iterable[str], change: Callable[[Outbox], Outbox]) -> list[Outbox]:
        """Change the outboxes of some targets in one transaction, and return them.

        Raises:
            OSError: The file cannot be used now.
        """
        names = list(targets)

        def work(rows: Rows) -> list[Outbox]:
            there = rows.outboxes()
            changed = {name: change(there.get(name, Outbox())) for name in names}
            for name, outbox in changed.items():
                if outbox != there.get(name):
                    rows.put(name, outbox)
            return list(changed.values())

        return self._transact(work)

    def outboxes(self) -> dict[str, Outbox]:
        """Return the outboxes of all targets.

        Raises:
            OSError: The file cannot be used now.
        """
        return self._transact(Rows.outboxes, "BEGIN")

    def _adopted(self, rows: Rows, ours: list[str], now: float) -> list[Outbox]:
        owners = rows.owners()
        living = {each for each in owners if self._presence.lives(each)} | {self.owner}
        rows.own({each: owners[each] for each in living - {self.owner}} | {self.owner: ours})
        owned = {*ours, *(name for each in living - {self.owner} for name in owners[each])}
        there = rows.outboxes()
        new = [name for name in ours if name not in there]
        orphans = {name: each for name, each in there.items() if name not in owned}
        adopted = []
        for name in ours:
            outbox = there.get(name, Outbox()).adopted(self.owner, living)
            for orphan in orphans.values() if name in new else ():
                outbox = outbox.with_notices(orphan.undelivered, now, self.owner)
            rows.put(name, outbox)
            adopted.append(outbox)
        for name, orphan in orphans.items():
            if new or not orphan.has_news or _is_forgotten(orphan, now):
                rows.drop(name)
            elif not orphan.abandoned:
                rows.put(name, dataclasses.replace(orphan, abandoned=now))
        return adopted

    def _transact(self, work: Callable[[Rows], _T], begin: str = "BEGIN IMMEDIATE") -> _T:
        """Return the result of a function in one transaction; replace a damaged file before.

        Raises:
            OSError: The file cannot be used now.
        """
        try:
            try:
                return self._tried(work, begin)
            except sqlite3.Error as error:
                self._disconnect()
                if not _is_damage(error):
                    raise
                self._set_aside(error)
                return self._tried(work, begin)
        except sqlite3.Error as error:
            self._disconnect()
            raise OSError(0, f"SQLite refuses it: {error}") from error

    def _tried(self, work: Callable[[Rows], _T], begin: str) -> _T:
        connection = self._opened()
        connection.execute(begin)
        try:
            result = work(Rows(connection))
        except BaseException:
            connection.rollback()
            raise
        connection.commit()
        return result

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._presence.begin()
            try:
                sqlite_file.create(self._path)
            except FileExistsError:
                if not self._path.is_symlink():
                    self._path.chmod(0o600)
            self._connection = self._connected()
            for target in self._targets:  # the file may have been replaced
                Rows(self._connection).add(self.owner, target)
        return self._connection

    def _connected(self) -> sqlite3.Connection:
        *others, last = journals_for(self._directory)
        for journal in (*others, last):
            connection = sqlite3.connect(
                self._path, timeout=_BUSY_SECONDS, check_same_thread=False, isolation_level=None
            )
            try:
                (version,) = connection.execute("PRAGMA user_version").fetchone()
                if version not in (0, _VERSION):
                    raise sqlite3.DatabaseError("it is of another version")
                journal.begin(connection)
                connection.executescript(_SCHEMA)
            except sqlite3.Error as error:
                connection.close()
                is_refused = isinstance(error, sqlite3.OperationalError) and refuses_journal(error)
                if journal is last or not is_refused:
                    raise
            else:
                connection.text_factory = bytes  # SQLite does not see whether it is UTF-8
                return connection
        raise sqlite3.OperationalError("no way to write it was found")

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _set_aside(self, error: sqlite3.Error) -> None:
        copy = self._path.with_name(DAMAGED_NAME)
        self._path.replace(copy)
        with contextlib.suppress(OSError):
            sqlite_file.remove_companions(self._path)
        _log.warning(
            "the file with the unsent messages is damaged (%s); it is renamed to %s, and a new "
            "one is made",
            error,
            copy,
        )


def _is_damage(error: sqlite3.Error) -> bool:
    """Return whether an error is about the file's content, and not about a disk or a lock."""
    if isinstance(error, sqlite3.OperationalError):
        return getattr(error, "sqlite_errorcode", 0) & _PRIMARY == sqlite3.SQLITE_ERROR
    return sqlite_file.is_damage(error)


def _is_forgotten(orphan: Outbox, now: float) -> bool:
    if not orphan.abandoned or now - orphan.abandoned <= _FORGET_SECONDS:
        return False
    _log.warning(
        "%d notices are dropped: for 30 days, the address that they were for was in no settings",
        orphan.undelivered.number,
    )
    return True
