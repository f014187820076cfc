"""A change of the ledger as a value, which can be kept and written later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

Value = str | bytes | int | float | None

_STEP_BYTES = 200
"""What a step takes in memory beside its values, roughly."""


@dataclass(frozen=True, slots=True)
class Step:
    """One statement.

    Attributes:
        statement: In SQL.
        values: Its parameters.
        must_stay: Whether it is kept however much waits to be written.
    """

    statement: str
    values: tuple[Value, ...]
    must_stay: bool = False

    @property
    def size(self) -> int:
        """The memory that it takes, in bytes, roughly."""
        longs = (value for value in self.values if isinstance(value, str | bytes))
        return _STEP_BYTES + sum(map(len, longs))


@dataclass(frozen=True, slots=True)
class Change:
    """Statements that are written together or not at all.

    Attributes:
        steps: The statements.
        durable: Whether the change must survive a power cut from the moment it was written.
    """

    steps: tuple[Step, ...]
    durable: bool = False

    @property
    def size(self) -> int:
        """The memory that it takes, in bytes, roughly."""
        return sum(step.size for step in self.steps)

    def apply(self, connection: sqlite3.Connection) -> None:
        """Execute the statements."""
        for step in self.steps:
            connection.execute(step.statement, step.values)
