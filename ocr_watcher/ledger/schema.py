"""The tables of the ledger."""

from __future__ import annotations

import sqlite3

VERSION = 2

_ADDED = """
CREATE TABLE IF NOT EXISTS low_confidence (
    path BLOB PRIMARY KEY,   -- of an image whose text is to be doubted
    stamp TEXT NOT NULL,     -- of the content that was read
    score REAL NOT NULL      -- the mean score of its worst page, from 0 to 1
) WITHOUT ROWID;
"""
"""Tables that this version did not have at first. A program that does not know them passes them
over, so that the same ledger serves both, whichever ran last."""

SCHEMA = f"""
CREATE TABLE done (
    path BLOB PRIMARY KEY,   -- whole, as the bytes of the file system
    stamp TEXT NOT NULL,     -- size, mtime_ns and inode of the content that was recognised:
                             -- the last two may be too large for an INTEGER
    sha256 TEXT NOT NULL     -- of that content, and its ctime_ns; empty where they are not known
) WITHOUT ROWID;
CREATE TABLE tries (
    path BLOB PRIMARY KEY,
    stamp TEXT NOT NULL,     -- of the content that is to be tried again
    tries INTEGER NOT NULL,  -- that ended with a fault of the image
    delays INTEGER NOT NULL, -- that ended with a fault of something else
    failed_at REAL NOT NULL, -- seconds since the epoch
    next_try REAL NOT NULL,  -- likewise
    code TEXT NOT NULL,      -- of the last fault
    message TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE readings (
    key BLOB PRIMARY KEY,    -- hash of the page, the engine and its options
    reading BLOB NOT NULL    -- JSON, compressed by zlib
) WITHOUT ROWID;
CREATE TABLE calls (
    day TEXT NOT NULL,       -- by the engine's calendar, as 2026-01-31
    engine TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (day, engine, endpoint)
) WITHOUT ROWID;
CREATE TABLE pauses (
    engine TEXT PRIMARY KEY,
    code TEXT NOT NULL,
    reason TEXT NOT NULL,
    remedy TEXT NOT NULL,
    since REAL NOT NULL,     -- seconds since the epoch
    until REAL NOT NULL
) WITHOUT ROWID;
{_ADDED}
"""


class NewerVersionError(Exception):
    """The file was written by a newer version of the program.

    Attributes:
        version: The version of its tables.
    """

    def __init__(self, version: int) -> None:
        super().__init__(f"its schema has version {version}; this program knows {VERSION}")
        self.version = version


def check_version(connection: sqlite3.Connection) -> int:
    """Return the version of the tables of a file; 0 where it has none.

    Raises:
        NewerVersionError: It is one that this program does not know yet.
        sqlite3.DatabaseError: The version is not supported.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise NewerVersionError(version)
    if version not in {0, VERSION}:
        raise sqlite3.DatabaseError(f"its schema has version {version}, not {VERSION}")
    return int(version)


def build(connection: sqlite3.Connection) -> None:
    """Make the tables that a file lacks."""
    if check_version(connection) == 0:
        connection.executescript(
            f"BEGIN IMMEDIATE; {SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;"
        )
    else:
        connection.executescript(_ADDED)
