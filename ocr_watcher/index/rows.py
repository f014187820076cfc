"""Converts rows of the table of images to entries."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING, Any

from ocr_watcher.index.entry import Entry
from ocr_watcher.sidecars.state import State
from ocr_watcher.values.image import Image

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

COLUMNS = "images.id, folder, name, state, code, modified, came, changed"
"""The columns that `entry_in` takes."""


def folders_in(connection: sqlite3.Connection, roots: Collection[str]) -> dict[int, str]:
    """Return the folders of the index that are among some roots, by their numbers."""
    rows = connection.execute("SELECT folder, root FROM folders").fetchall()
    found = {folder: os.fsdecode(root) for folder, root in rows}
    return {folder: root for folder, root in found.items() if root in roots}


def entry_in(row: Sequence[Any], folders: Mapping[int, str]) -> Entry:
    """Return the entry in a row of `COLUMNS`.

    Args:
        row: The row.
        folders: The roots of the folders, by their numbers.

    Raises:
        sqlite3.DatabaseError: The row is damaged. SQLite keeps no checksums.
    """
    id_, folder, name, state, code, modified, came, changed = row
    try:
        image = Image(folders[folder], os.fsdecode(name))
        return Entry(id_, image, State(state), code, float(modified), float(came), float(changed))
    except (ValueError, TypeError, LookupError) as error:
        raise sqlite3.DatabaseError(f"a row of it is invalid: {error}") from error
