"""The tables of the index.

A text is found by its trigrams. For words of one or two characters, which are common in Chinese, it
is found by its characters and pairs of characters. Both tables keep no positions (``detail=none``);
the words are compared with the text itself. No text can therefore make a step of a search long, and
a search can be ended between two texts. Both tables keep no texts of their own (``content=''``,
https://sqlite.org/fts5.html#contentless_tables), as `texts` has them.

The full-text tables return their rows by number, the largest first, and stop when enough is found.
The number of an image therefore grows with the time of its last change, so that no sorting is
needed to return the newest first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

VERSION = 3
"""Greater where the tables or their content have another meaning, such as texts of further formats;
an index of another version is built again."""

TICKS = 1024
"""The number of image numbers for each second. With more, the tables of texts are larger, as they
store differences of numbers. With fewer, images that change at the same time have no order."""

_SCHEMA = f"""
CREATE TABLE folders (
    folder INTEGER PRIMARY KEY,
    root BLOB NOT NULL UNIQUE,   -- the path of the folder, as the bytes of the file system
    used REAL NOT NULL           -- when it was last compared, in seconds since the epoch
);
CREATE TABLE images (
    key INTEGER PRIMARY KEY AUTOINCREMENT, -- stays with the image; no later one has it again
    number INTEGER NOT NULL UNIQUE, -- grows with changed; the rowid in the tables of texts
    id TEXT NOT NULL UNIQUE,     -- random
    folder INTEGER NOT NULL,
    name BLOB NOT NULL,          -- below the folder, as the bytes of the file system
    searched TEXT NOT NULL,      -- the name, printable and folded
    state TEXT NOT NULL,
    code TEXT NOT NULL,          -- of the failure; empty if it has not failed
    modified REAL NOT NULL,      -- this and the next two in seconds since the epoch
    came REAL NOT NULL,
    changed REAL NOT NULL,
    facts BLOB NOT NULL,         -- hash of all that shows whether the image has changed
    UNIQUE (folder, name)
);
CREATE INDEX by_state ON images (folder, state, changed, id, searched);
CREATE INDEX by_code ON images (folder, code, changed, id, searched) WHERE code <> '';
CREATE TABLE texts (
    number INTEGER PRIMARY KEY,
    folded TEXT NOT NULL,        -- what is searched
    text BLOB NOT NULL           -- what is shown, compressed by zlib; empty if it is the same
);
CREATE VIRTUAL TABLE trigrams USING fts5 (
    folded, content='', columnsize=0, detail=none, tokenize='trigram case_sensitive 1'
);
CREATE VIRTUAL TABLE short_grams USING fts5 (
    grams, content='', columnsize=0, detail=none,
    tokenize='ascii tokenchars ''!"#$%&''''()*+,-./:;<=>?@[\\]^_`{{|}}~'''
);
PRAGMA user_version = {VERSION};
"""


class OtherVersionError(Exception):
    """The file has the tables of another version of the program."""


def build(connection: sqlite3.Connection) -> None:
    """Create the tables in a new file.

    Raises:
        OtherVersionError: The file has other tables.
        sqlite3.Error: The file is damaged, or cannot be used now.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == 0:
        connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")
    elif version != VERSION:
        raise OtherVersionError
    else:
        connection.execute("SELECT count(*) FROM folders").fetchone()
