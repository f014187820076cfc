"""The numbers of images of a folder, and the removal of folders that nobody watches."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from ocr_watcher.index.store import remove

if TYPE_CHECKING:
    from collections.abc import Collection

    from ocr_watcher.index.database import Database

_KEPT_SECONDS = 30 * 86_400.0
"""The seconds for which a folder is kept that this program does not watch. Another program of this
user may watch it."""
_AT_ONCE = 200


def counts_of(database: Database, root: str) -> dict[str, int]:
    """Return the numbers of images of a folder, by the value of their state.

    Raises:
        sqlite3.Error: The index cannot be read.
    """
    query = (
        "SELECT state, count(*) FROM images"
        " WHERE folder = (SELECT folder FROM folders WHERE root = ?) GROUP BY state"
    )
    with database.reading() as connection:
        return dict(connection.execute(query, (os.fsencode(root),)).fetchall())


def forget_unused(database: Database, roots: Collection[str]) -> None:
    """Remove the images of folders that nobody has watched for 30 days.

    Args:
        database: The file of the index.
        roots: The folders that are watched.

    Raises:
        sqlite3.Error: The index cannot be written now.
    """
    query = "SELECT folder, root FROM folders WHERE used < ?"
    with database.reading() as connection:
        rows = connection.execute(query, (time.time() - _KEPT_SECONDS,)).fetchall()
    for folder, root in rows:
        if os.fsdecode(root) not in roots:
            while _forget_some(database, folder):
                pass


def _forget_some(database: Database, folder: int) -> bool:
    query = "SELECT name FROM images WHERE folder = ? LIMIT ?"
    with database.writing() as connection:
        names = [name for (name,) in connection.execute(query, (folder, _AT_ONCE))]
        remove(connection, folder, names)
        if not names:
            connection.execute("DELETE FROM folders WHERE folder = ?", (folder,))
    return bool(names)
