"""The table of the ledger that counts how often the program died while it read an image."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr_watcher.ledger.change import Change, Statement
from ocr_watcher.values.image import Stamp

if TYPE_CHECKING:
    import sqlite3

    from ocr_watcher.ledger.database import Database

_TABLE = """
CREATE TABLE IF NOT EXISTS deaths (
    path BLOB PRIMARY KEY,
    stamp TEXT NOT NULL,     -- of the content that was read
    page INTEGER NOT NULL,   -- that was read each time
    number INTEGER NOT NULL
) WITHOUT ROWID
"""
_IS_THERE = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'deaths'"


@dataclass(frozen=True, slots=True)
class Deaths:
    """The deaths of the program while it read an image.

    Attributes:
        stamp: The content of the image.
        page: The page that was being read each time.
        number: The number of deaths.
    """

    stamp: Stamp
    page: int
    number: int


class DeathTable:
    """The table of deaths. It has few rows, as an image that was read has none.

    The table is created when the first death is counted, so a ledger without deaths stays as it is.
    """

    def __init__(self, database: Database) -> None:
        """Open the table of a database."""
        self._database = database

    def all(self) -> dict[str, Deaths]:
        """Return the deaths by the path of the image."""

        def work(connection: sqlite3.Connection) -> dict[str, Deaths]:
            if not connection.execute(_IS_THERE).fetchone()[0]:
                return {}
            rows = connection.execute("SELECT path, stamp, page, number FROM deaths")
            return {
                os.fsdecode(path): Deaths(_stamp(stamp), page, number)
                for path, stamp, page, number in rows
            }

        return self._database.run(work, {})

    def put(self, path: str, deaths: Deaths) -> None:
        """Store the deaths of an image."""
        stamp = f"{deaths.stamp.size} {deaths.stamp.mtime_ns} {deaths.stamp.inode}"
        row = (os.fsencode(path), stamp, deaths.page, deaths.number)
        self._write(Statement("INSERT OR REPLACE INTO deaths VALUES (?, ?, ?, ?)", row))

    def forget(self, path: str) -> None:
        """Forget the deaths of an image that has some."""
        self._write(Statement("DELETE FROM deaths WHERE path = ?", (os.fsencode(path),)))

    def _write(self, step: Statement) -> None:
        self._database.write(Change((Statement(_TABLE, ()), step)))


def _stamp(stored: str) -> Stamp:
    size, mtime_ns, inode = map(int, stored.split())
    return Stamp(size, mtime_ns, inode)
