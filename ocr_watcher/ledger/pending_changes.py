"""The changes that are not in the file of the ledger yet; their facts can be read already."""

from __future__ import annotations

import collections
import sqlite3
from typing import TYPE_CHECKING, TypeVar

from ocr_watcher.ledger.change import Change, Statement
from ocr_watcher.ledger.schema import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_Value = TypeVar("_Value")

MOST_BYTES = 64 * 2**20

COUNT = (
    "INSERT INTO calls (day, engine, endpoint, number) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (day, engine, endpoint) DO UPDATE SET number = number + excluded.number"
)
"""The statement that adds to the number of calls."""


class PendingChanges:
    """Changes in their order, limited to a number of bytes, and tables in memory that contain them.

    Above the limit the older half is dropped. An old reading is needed least: the sidecars of its
    image have been written by now, while a new one may belong to a document that is still being
    read. Numbers of calls are never dropped; they are added up to one row for each day, engine and
    endpoint.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        """Create an empty collection.

        Args:
            most_bytes: The most memory that the changes may take, in bytes.
        """
        self._most_bytes = most_bytes
        self._changes: list[Change] = []
        self._size = 0
        self._tables = _tables()

    @property
    def changes(self) -> Sequence[Change]:
        """The changes, the oldest first."""
        return self._changes

    def keep(self, changes: Iterable[Change]) -> None:
        """Add changes."""
        for change in changes:
            with self._tables:
                change.apply(self._tables)
            self._changes.append(change)
            self._size += change.size
        if self._size > self._most_bytes:
            self._drop_older_half()

    def written(self, number: int) -> None:
        """Drop a number of the oldest changes, which are in the file now."""
        self._set(self._changes[number:])

    def read(self, work: Callable[[sqlite3.Connection], _Value | None]) -> _Value | None:
        """Return the result of work on the tables of the changes; None if there are no changes."""
        return work(self._tables) if self._changes else None

    def close(self) -> None:
        """Close the tables."""
        self._tables.close()

    def _set(self, changes: Iterable[Change]) -> None:
        self._tables.close()
        self._tables, self._changes, self._size = _tables(), [], 0
        for change in changes:
            change.apply(self._tables)
            self._changes.append(change)
            self._size += change.size

    def _drop_older_half(self) -> None:
        size, dropped = self._size, 0
        while size > self._most_bytes / 2:
            size -= self._changes[dropped].size
            dropped += 1
        older, rest = self._changes[:dropped], self._changes[dropped:]
        counts = [step for change in older for step in change.steps if step.must_stay]
        self._set([Change(_sums(counts), durable=True), *rest] if counts else rest)


def _tables() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    connection.executescript(SCHEMA)
    return connection


def _sums(counts: Iterable[Statement]) -> tuple[Statement, ...]:
    """Return the least number of steps that add the same numbers of calls."""
    numbers: collections.Counter[tuple[str, str, str]] = collections.Counter()
    for step in counts:
        day, engine, endpoint, number = step.values
        numbers[str(day), str(engine), str(endpoint)] += int(number or 0)
    return tuple(count_statement(*what, number) for what, number in numbers.items())


def count_statement(day: str, engine: str, endpoint: str, number: int = 1) -> Statement:
    """Return the step that adds to the number of calls."""
    return Statement(COUNT, (day, engine, endpoint, number), must_stay=True)
