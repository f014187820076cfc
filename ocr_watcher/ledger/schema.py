"""The tables of the ledger."""

from __future__ import annotations

import sqlite3

VERSION = 2

_ADDED = """
CREATE TABLE IF NOT EXISTS low_confidence (
    path BLOB PRIMARY KEY,   -- of an image that was read with low confidence
    stamp TEXT NOT NULL,     -- of the content of the image that was read
    score REAL NOT NULL      -- the mean score of its worst page, from 0 to 1
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS own_files (
    path BLOB PRIMARY KEY,   -- of a file that has the name of an image and the program's mark in it
    stamp TEXT NOT NULL      -- of the content that has the mark
) WITHOUT ROWID;
"""
"""Tables that were added to this version later. An older program ignores tables that it does not
know, so both programs can use the same ledger, whichever ran last."""

SCHEMA = f"""
CREATE TABLE done (
    path BLOB PRIMARY KEY,   -- the whole path of the image, as the bytes of the file system
    stamp TEXT NOT NULL,     -- size, mtime_ns and inode of the content that was recognised, as
                             -- text: mtime_ns and inode may be too large for an INTEGER
    sha256 TEXT NOT NULL     -- hash of that content, and its ctime_ns; empty if not known
) WITHOUT ROWID;
CREATE TABLE tries (
    path BLOB PRIMARY KEY,   -- as in done
    stamp TEXT NOT NULL,     -- size, mtime_ns and inode of the content that is to be tried again
    tries INTEGER NOT NULL,  -- number of tries that ended with a fault of the image
    delays INTEGER NOT NULL, -- number of tries that ended with another fault
    failed_at REAL NOT NULL, -- time of the last fault, in seconds since the epoch
    next_try REAL NOT NULL,  -- time of the next try, in seconds since the epoch
    code TEXT NOT NULL,      -- code of the last fault
    message TEXT NOT NULL    -- message of the last fault
) WITHOUT ROWID;
CREATE TABLE readings (
    key BLOB PRIMARY KEY,    -- hash of the page, the engine and its options
    reading BLOB NOT NULL    -- JSON, compressed by zlib
) WITHOUT ROWID;
CREATE TABLE calls (
    day TEXT NOT NULL,       -- date in the calendar of the engine, as 2026-01-31
    engine TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    number INTEGER NOT NULL, -- successful calls of that day
    PRIMARY KEY (day, engine, endpoint)
) WITHOUT ROWID;
CREATE TABLE pauses (
    engine TEXT PRIMARY KEY, -- and after a blank the endpoint, where others are called
    code TEXT NOT NULL,
    reason TEXT NOT NULL,
    remedy TEXT NOT NULL,
    since REAL NOT NULL,     -- seconds since the epoch
    until REAL NOT NULL      -- seconds since the epoch
) WITHOUT ROWID;
{_ADDED}
"""


class NewerVersionError(Exception):
    """The file was written by a newer version of the program.

    Attributes:
        version: The version of the tables in the file.
    """

    def __init__(self, version: int) -> None:
        super().__init__(f"its schema has version {version}; this program knows {VERSION}")
        self.version = version


def check_version(connection: sqlite3.Connection) -> int:
    """Return the version of the tables of a file; 0 where it has none.

    Raises:
        NewerVersionError: The version is newer than this program.
        sqlite3.DatabaseError: The version is another one that is not supported.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise NewerVersionError(version)
    if version not in {0, VERSION}:
        raise sqlite3.DatabaseError(f"its schema has version {version}, not {VERSION}")
    return int(version)


def build(connection: sqlite3.Connection) -> None:
    """Create the tables that a file lacks."""
    if check_version(connection) == 0:
        connection.executescript(
            f"BEGIN IMMEDIATE; {SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;"
        )
    else:
        connection.executescript(_ADDED)
