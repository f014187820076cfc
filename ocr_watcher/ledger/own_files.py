"""The files that the program wrote itself, and that were copied under the name of an image."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING

from ocr_watcher.ledger.change import Change, Statement
from ocr_watcher.values.image import Stamp

if TYPE_CHECKING:
    from ocr_watcher.ledger.database import Database
    from ocr_watcher.values.image import Image


class OwnFileTable:
    """The table of files that have the name of an image and the program's mark in them.

    Each is opened once to see the mark. It is no image for as long as it has the same content.
    """

    def __init__(self, database: Database) -> None:
        """Open the table of a database."""
        self._database = database

    def note(self, image: Image, stamp: Stamp) -> None:
        """Store that a file has the mark, and that it is not tried again.

        Args:
            image: The file.
            stamp: The content that has the mark.
        """
        path = os.fsencode(image.path)
        stored = f"{stamp.size} {stamp.mtime_ns} {stamp.inode}"
        forget = Statement("DELETE FROM tries WHERE path = ?", (path,))
        put = Statement(
            "INSERT OR REPLACE INTO own_files (path, stamp) VALUES (?, ?)", (path, stored)
        )
        self._database.write(Change((forget, put)))

    def knows(self, image: Image, stamp: Stamp) -> bool:
        """Return whether a file with this content is known to have the mark."""

        def work(connection: sqlite3.Connection) -> Stamp | None:
            row = connection.execute(
                "SELECT stamp FROM own_files WHERE path = ?", (os.fsencode(image.path),)
            ).fetchone()
            try:
                return row and Stamp(*map(int, row[0].split()))
            except (ValueError, TypeError) as error:  # SQLite keeps no checksums
                raise sqlite3.DatabaseError(f"its content is invalid: {error}") from error

        known = self._database.read(work)
        return bool(known) and known[0].is_of_the_same_content(stamp)
