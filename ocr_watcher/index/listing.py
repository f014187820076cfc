"""Lists images, newest first, by any filter, in a time that does not depend on their number.

The table has an index that orders the images of each folder and state. A list follows this order
from the place where its previous part ended. Names are compared in the index, without the table.
"""

from __future__ import annotations

import heapq
import math
from typing import TYPE_CHECKING, NamedTuple

from ocr_watcher.index.folding import folded
from ocr_watcher.index.listed import Listed
from ocr_watcher.index.rows import COLUMNS, entry_in
from ocr_watcher.sidecars.state import State

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

    from ocr_watcher.index.listed import Wanted

MOST = 500
"""The most images of a part of a list."""

_LAST_ID = "~"
"""A text that sorts after every identifier, as these have only letters, digits, ``-`` and ``_``."""


class _Place(NamedTuple):
    """A place in the order of a list; the larger one is the newer one.

    Attributes:
        changed: The time of the last change, in seconds since the epoch.
        id: The identifier of the image.
    """

    changed: float
    id: str


_TOP = _Place(math.inf, _LAST_ID)


def list_images(
    connection: sqlite3.Connection,
    folders: Mapping[int, str],
    wanted: Wanted,
    after: str,
    most: int,
) -> Listed:
    """Return a part of a list.

    Args:
        connection: A connection.
        folders: The roots of the folders, by their numbers.
        wanted: The conditions for the images.
        after: The end of the previous part, or any text that somebody typed; empty for
            the top.
        most: The most images of the part.
    """
    most = max(1, min(most, MOST))
    keys = heapq.nlargest(most + 1, _places(connection, folders, wanted, _place(after), most + 1))
    rows = (connection.execute(_BY_KEY, (key,)).fetchone() for _, key in keys[:most])
    entries = tuple(entry_in(row, folders) for row in rows if row is not None)  # removed meanwhile
    return Listed(entries, _written(*keys[most - 1][0]) if len(keys) > most else "")


_BY_KEY = f"SELECT {COLUMNS} FROM images WHERE key = ?"  # noqa: S608
_IN_ORDER = (
    "SELECT changed, id, key FROM images INDEXED BY {index} WHERE folder = ? AND {column} = ?"
    " AND (changed, id) < (?, ?) AND {name} ORDER BY changed DESC, id DESC LIMIT ?"
)


def _places(
    connection: sqlite3.Connection,
    folders: Mapping[int, str],
    wanted: Wanted,
    below: _Place,
    most: int,
) -> Iterator[tuple[_Place, int]]:
    if wanted.code:
        if wanted.state not in {None, State.FAILED}:
            return
        index, column, values = "by_code", "code <> '' AND code", [wanted.code]
    else:
        states = [wanted.state] if wanted.state else list(State)
        index, column, values = "by_state", "state", [state.value for state in states]
    part = folded(wanted.name)
    name = "instr(searched, ?)" if part else "?"
    query = _IN_ORDER.format(index=index, column=column, name=name)
    for folder in folders:
        for value in values:
            rows = connection.execute(query, (folder, value, *below, part or 1, most))
            for changed, id_, key in rows:
                yield _Place(changed, id_), key


def _written(changed: float, id_: str) -> str:
    return f"{changed!r}_{id_}"


def _place(written: str) -> _Place:
    """Return the place in an untrusted text; the top if the text is no place."""
    number, _, id_ = written.partition("_")
    try:
        changed = float(number)
        id_.encode()
    except ValueError:
        return _TOP
    return _Place(changed, id_) if math.isfinite(changed) else _TOP
