"""The file that keeps what each target is still to be told, over restarts and kills."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import sqlite3
import time
from typing import TYPE_CHECKING

from ocr_watcher.ledger.journal_mode import journals_for, refuses_journal
from ocr_watcher.service.messages.notation import NONSENSE, read, written
from ocr_watcher.service.messages.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

FILE_NAME = "messages.sqlite"
_VERSION = 1
_BUSY_SECONDS = 5.0
_FORGET_SECONDS = 30 * 86_400.0
"""The time after which what nobody could be told is forgotten."""
_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS standings (
    target TEXT PRIMARY KEY, waiting TEXT, outgoing TEXT,
    since REAL, due REAL, leased REAL, failed_tries INTEGER, seen REAL, pauses TEXT
);
PRAGMA user_version = {_VERSION};
"""
_COLUMNS = "waiting, outgoing, since, due, leased, failed_tries, seen, pauses"


class Store:
    """The standings of all targets, in SQLite in the state directory.

    Several processes may use one file, as several daemons may have one state directory: each change
    is a transaction. A target is known by a digest of its address, which is a secret.
    """

    def __init__(self, directory: Path) -> None:
        """Create it for a directory, in which nothing is touched before the first call.

        Args:
            directory: The state directory.
        """
        self._directory = directory
        self._path = directory / FILE_NAME
        self._connection: sqlite3.Connection | None = None

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def adopt(self, targets: Iterable[str], now: float) -> list[Standing]:
        """Note which targets there are now, and return their standings.

        What targets were still to be told that are in the settings no more is told to the new ones:
        whoever corrects an address gets what the wrong one did not take.

        Raises:
            OSError: The file cannot be used now; the next call tries again.
        """
        ours = list(dict.fromkeys(targets))
        adopted = []
        with self._changing() as rows:
            there = dict(rows.all())
            orphans = {
                name: standing
                for name, standing in there.items()
                if name not in ours and not standing.seen
            }
            new = [name for name in ours if name not in there]
            for name in ours:
                standing = there.get(name, Standing()).renewed(now)
                for orphan in orphans.values() if name in new else ():
                    standing = standing.told(orphan.outgoing + orphan.waiting, now)
                rows.put(name, standing)
                adopted.append(standing)
            for name, other in there.items():
                is_old = abs(now - max(other.seen, other.since)) > _FORGET_SECONDS
                is_idle = name in orphans and not other.has_news
                if name not in ours and (is_old or is_idle or (name in orphans and new)):
                    rows.drop(name)
        return adopted

    def release(self, targets: Iterable[str]) -> None:
        """Note that this process has these targets no more.

        Raises:
            OSError: The file cannot be used now.
        """
        with self._changing() as rows:
            for name, standing in rows.all():
                if name in targets:
                    rows.put(name, dataclasses.replace(standing, seen=0.0))

    def change(
        self, targets: Iterable[str], change: Callable[[Standing], Standing]
    ) -> list[Standing]:
        """Change the standings of some targets in one transaction, and return them.

        Raises:
            OSError: The file cannot be used now.
        """
        with self._changing() as rows:
            there = dict(rows.all())
            changed = {name: change(there.get(name, Standing())) for name in targets}
            for name, standing in changed.items():
                rows.put(name, standing)
        return list(changed.values())

    def standings(self) -> dict[str, Standing]:
        """Return the standings of all targets.

        Raises:
            OSError: The file cannot be used now.
        """
        with self._changing() as rows:
            return dict(rows.all())

    @contextlib.contextmanager
    def _changing(self) -> Iterator[_Rows]:
        """Return the rows of the file, in one transaction.

        Raises:
            OSError: The file cannot be used now.
        """
        try:
            connection = self._opened()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield _Rows(connection)
            except BaseException:
                connection.rollback()
                raise
            connection.commit()
        except sqlite3.Error as error:
            self.close()
            if type(error) is sqlite3.DatabaseError:  # subclasses are about disks and locks
                self._set_aside()
            raise OSError(0, f"SQLite refuses it: {error}") from error

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Created here, for names of files and faults are not for other users of the machine.
            with contextlib.suppress(FileExistsError):
                os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            self._connection = self._connected()
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
                return connection
        raise sqlite3.OperationalError("no way to write it was found")

    def _set_aside(self) -> None:
        with contextlib.suppress(OSError):
            self._path.rename(self._path.with_name(f"{FILE_NAME}.{time.time_ns()}"))
            for suffix in ("-wal", "-shm", "-journal"):
                self._path.with_name(FILE_NAME + suffix).unlink(missing_ok=True)


class _Rows:
    """The rows of the file, within a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def all(self) -> Iterator[tuple[str, Standing]]:
        rows = self._connection.execute(f"SELECT target, {_COLUMNS} FROM standings")  # noqa: S608
        for target, *values in rows.fetchall():
            yield target, _standing(values)

    def put(self, target: str, standing: Standing) -> None:
        self._connection.execute(
            f"INSERT OR REPLACE INTO standings (target, {_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?)",  # noqa: S608
            (
                target,
                written(standing.waiting),
                written(standing.outgoing),
                standing.since,
                standing.due,
                standing.leased,
                standing.failed_tries,
                standing.seen,
                json.dumps(standing.pauses),
            ),
        )

    def drop(self, target: str) -> None:
        self._connection.execute("DELETE FROM standings WHERE target = ?", (target,))


def _standing(values: list[object]) -> Standing:
    waiting, outgoing, since, due, leased, failed_tries, seen, pauses = values
    try:
        return Standing(
            read(str(waiting)),
            read(str(outgoing)),
            float(str(since)),
            float(str(due)),
            float(str(leased)),
            int(str(failed_tries)),
            float(str(seen)),
            {str(who): str(code) for who, code in json.loads(str(pauses)).items()},
        )
    except (*NONSENSE, AttributeError) as error:  # SQLite keeps no checksums
        raise sqlite3.DatabaseError("what it holds makes no sense") from error
