"""The rows of the file that keeps the outboxes of the targets."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from ocr_watcher.service.messages.notation import NONSENSE, read, written

if TYPE_CHECKING:
    from ocr_watcher.service.messages.outbox import Outbox


class Rows:
    """The rows of the file, within a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Create it for a connection that has begun a transaction.

        Args:
            connection: The connection, whose texts are bytes.
        """
        self._connection = connection

    def outboxes(self) -> dict[str, Outbox]:
        """Return all outboxes, by target.

        Raises:
            sqlite3.Error: The file cannot be read, or holds something else.
        """
        rows = self._connection.execute("SELECT target, outbox FROM outboxes").fetchall()
        try:
            return {target.decode(): read(outbox) for target, outbox in rows}
        except NONSENSE as error:  # SQLite keeps no checksums
            raise sqlite3.DatabaseError("its content is invalid") from error

    def put(self, target: str, outbox: Outbox) -> None:
        """Replace the outbox of a target."""
        values = (target, written(outbox))
        self._connection.execute("INSERT OR REPLACE INTO outboxes VALUES (?, ?)", values)

    def drop(self, target: str) -> None:
        """Remove the outbox of a target."""
        self._connection.execute("DELETE FROM outboxes WHERE target = ?", (target,))

    def owners(self) -> dict[str, list[str]]:
        """Return the targets of each owner.

        Raises:
            sqlite3.Error: The file cannot be read, or holds something else.
        """
        owners: dict[str, list[str]] = {}
        rows = self._connection.execute("SELECT owner, target FROM owners").fetchall()
        try:
            for owner, target in rows:
                owners.setdefault(owner.decode(), []).append(target.decode())
        except NONSENSE as error:
            raise sqlite3.DatabaseError("its content is invalid") from error
        return owners

    def own(self, owners: dict[str, list[str]]) -> None:
        """Replace all owners."""
        self._connection.execute("DELETE FROM owners")
        for owner, targets in owners.items():
            for target in targets:
                self.add(owner, target)

    def add(self, owner: str, target: str) -> None:
        """Add a target to those of an owner."""
        self._connection.execute("INSERT OR IGNORE INTO owners VALUES (?, ?)", (owner, target))
