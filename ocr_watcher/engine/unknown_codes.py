"""Whose fault a code is that no table knows: a pure decision."""

from __future__ import annotations

from collections import deque

_A_ROW = 3
"""Different images that meet an unknown code, none being read in between: it is the account's."""
_REMEMBERED = 1_000


class UnknownCodes:
    """The images that met an unknown code, which tell whether it is their fault or the account's.

    An image that met such a code before others were read has a fault of its own. It says nothing
    of the account later, else a few such images would stop all calls again and again.
    """

    def __init__(self) -> None:
        self._row: set[bytes] = set()
        self._faulty: deque[bytes] = deque(maxlen=_REMEMBERED)

    def met(self, image: bytes) -> bool:
        """Note that an image met an unknown code.

        Args:
            image: The digest of its content.

        Returns:
            Whether the code is the account's fault.
        """
        if image not in self._faulty:
            self._row.add(image)
        return len(self._row) >= _A_ROW

    def passed(self) -> None:
        """Note that the service looked at an image as it should."""
        self._faulty.extend(self._row)
        self._row.clear()
