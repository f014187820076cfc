"""A change of the ledger as a value, which can be kept and written later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

Value = str | bytes | int | float | None

_STEP_BYTES = 200
"""Approximate memory of a step without its values, in bytes."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL statement.

    Attributes:
        statement: The statement.
        values: The parameters of the statement.
        must_stay: Whether it is kept even if too many changes wait to be written.
    """

    statement: str
    values: tuple[Value, ...]
    must_stay: bool = False

    @property
    def size(self) -> int:
        """The approximate memory that it takes, in bytes."""
        longs = (value for value in self.values if isinstance(value, str | bytes))
        return _STEP_BYTES + sum(map(len, longs))


@dataclass(frozen=True, slots=True)
class Change:
    """Statements that are written together or not at all.

    Attributes:
        steps: The statements.
        durable: Whether the change must survive a power cut once it was written.
    """

    steps: tuple[Statement, ...]
    durable: bool = False

    @property
    def size(self) -> int:
        """The approximate memory that it takes, in bytes."""
        return sum(step.size for step in self.steps)

    def apply(self, connection: sqlite3.Connection) -> None:
        """Execute the statements."""
        for step in self.steps:
            connection.execute(step.statement, step.values)
