"""Writes images and their texts into the index."""

from __future__ import annotations

import os
import secrets
import sqlite3
import time
import zlib
from typing import TYPE_CHECKING

from ocr_watcher.escapes import printable
from ocr_watcher.index.folding import folded, short_grams
from ocr_watcher.index.schema import TICKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ocr_watcher.index.record import Record

_ID_BYTES = 16
_LATEST = 2.0**40
"""A time beyond all dates of files, in seconds since the epoch."""


def known_folder(connection: sqlite3.Connection, root: str) -> int | None:
    """Return the number of a folder; None if it has none yet."""
    query = "SELECT folder FROM folders WHERE root = ?"
    row = connection.execute(query, (os.fsencode(root),)).fetchone()
    return None if row is None else int(row[0])


def folder_of(connection: sqlite3.Connection, root: str) -> int:
    """Return the number of a folder; a folder without one gets one."""
    path = os.fsencode(root)
    connection.execute(
        "INSERT INTO folders (root, used) VALUES (?, ?) ON CONFLICT (root) DO NOTHING",
        (path, time.time()),
    )
    (folder,) = connection.execute("SELECT folder FROM folders WHERE root = ?", (path,)).fetchone()
    return int(folder)


def put(connection: sqlite3.Connection, folder: int, records: Iterable[Record]) -> None:
    """Store the present state of images.

    Args:
        connection: A connection in a transaction.
        folder: The number of their folder.
        records: The images.
    """
    # The full-text tables write their rows at once only where the numbers grow.
    changed = [
        record
        for record in sorted(records, key=lambda record: record.facts.changed)
        if not _is_as_before(connection, folder, record)
    ]
    names = [os.fsencode(record.facts.image.name) for record in changed]
    remove_texts(connection, folder, names)
    number = 0
    for record in changed:
        number = _free_number(connection, record.facts.changed, number + 1)
        _put_image(connection, folder, number, record)
        if record.text is not None:
            _put_text(connection, number, record.text)


def remove(connection: sqlite3.Connection, folder: int, names: Sequence[bytes]) -> None:
    """Remove images that are no longer there.

    Args:
        connection: A connection in a transaction.
        folder: The number of their folder.
        names: Their names.
    """
    remove_texts(connection, folder, names)
    connection.executemany(
        "DELETE FROM images WHERE folder = ? AND name = ?", ((folder, name) for name in names)
    )


def remove_texts(connection: sqlite3.Connection, folder: int, names: Iterable[bytes]) -> None:
    """Remove the texts of images."""
    query = "SELECT number FROM images WHERE folder = ? AND name = ?"
    rows = (connection.execute(query, (folder, name)).fetchone() for name in names)
    for number in sorted(row[0] for row in rows if row is not None):
        row = connection.execute("SELECT folded FROM texts WHERE number = ?", (number,)).fetchone()
        if row is None:
            continue
        # A table without texts needs the text that it has to remove (https://sqlite.org/fts5.html,
        # "The 'delete' Command").
        connection.execute(
            "INSERT INTO trigrams (trigrams, rowid, folded) VALUES ('delete', ?, ?)",
            (number, row[0]),
        )
        connection.execute(
            "INSERT INTO short_grams (short_grams, rowid, grams) VALUES ('delete', ?, ?)",
            (number, short_grams(row[0])),
        )
        connection.execute("DELETE FROM texts WHERE number = ?", (number,))


def text_in(row: tuple[str, bytes]) -> str:
    """Return the text in a row of the table of texts, given its columns folded and text.

    Raises:
        sqlite3.DatabaseError: The row is damaged. SQLite keeps no checksums.
    """
    try:
        return zlib.decompress(row[1]).decode() if row[1] else row[0]
    except (zlib.error, ValueError, TypeError) as error:
        raise sqlite3.DatabaseError(f"a text in it is invalid: {error}") from error


def _is_as_before(connection: sqlite3.Connection, folder: int, record: Record) -> bool:
    """Store the facts of an image if its state and text are unchanged; return whether they are."""
    name = os.fsencode(record.facts.image.name)
    row = connection.execute(
        "SELECT key, state, code, folded, text FROM images LEFT JOIN texts USING (number)"
        " WHERE folder = ? AND name = ?",
        (folder, name),
    ).fetchone()
    if row is None or (row[1], row[2]) != (record.facts.state.value, record.code):
        return False
    if (None if row[3] is None else text_in(row[3:])) != record.text:
        return False
    connection.execute(
        "UPDATE images SET facts = ?, modified = ? WHERE key = ?",
        (record.facts.digest, record.facts.modified, row[0]),
    )
    return True


def _put_image(connection: sqlite3.Connection, folder: int, number: int, record: Record) -> None:
    facts = record.facts
    connection.execute(
        "INSERT INTO images"
        " (number, id, folder, name, searched, state, code, modified, came, changed, facts)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (folder, name) DO UPDATE SET number = excluded.number,"
        " state = excluded.state, code = excluded.code, modified = excluded.modified,"
        " changed = excluded.changed, facts = excluded.facts",
        (
            number,
            secrets.token_urlsafe(_ID_BYTES),
            folder,
            os.fsencode(facts.image.name),
            folded(printable(facts.image.name)),
            facts.state.value,
            record.code,
            facts.modified,
            time.time(),
            facts.changed,
            facts.digest,
        ),
    )


def _put_text(connection: sqlite3.Connection, number: int, text: str) -> None:
    searched = folded(text)
    shown = b"" if searched == text else zlib.compress(text.encode(), 1)
    connection.execute("INSERT INTO texts VALUES (?, ?, ?)", (number, searched, shown))
    connection.execute("INSERT INTO trigrams (rowid, folded) VALUES (?, ?)", (number, searched))
    connection.execute(
        "INSERT INTO short_grams (rowid, grams) VALUES (?, ?)", (number, short_grams(searched))
    )


def _free_number(connection: sqlite3.Connection, changed: float, least: int) -> int:
    """Return a number, for the time of a change, that no image has.

    Many images may have changed at the same time, as on a file system with one date for all files.
    The number therefore comes from a range that grows with each try, so that one is found soon.

    Args:
        connection: A connection in a transaction.
        changed: The time, in seconds since the epoch.
        least: The smallest number, which keeps the order of images that are put together.
    """
    first = max(round(min(max(changed, 0.0), _LATEST) * TICKS), least)
    number, width = first, 1
    while connection.execute("SELECT 1 FROM images WHERE number = ?", (number,)).fetchone():
        width *= 2
        number = first + secrets.randbelow(width)
    return number
