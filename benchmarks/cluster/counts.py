"""Numbers that a process counts and another one reads."""

from __future__ import annotations

import mmap
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

READ, WRITTEN, READ_BYTES, WRITTEN_BYTES = _ALL = range(4)
_FORM = "=4Q"
_ONE = struct.calcsize("=Q")


class Counts:
    """Numbers in a file; a file that is there already is replaced.

    Args:
        file: The file.
    """

    def __init__(self, file: Path) -> None:
        file.write_bytes(bytes(struct.calcsize(_FORM)))
        with file.open("r+b") as opened:
            self._map = mmap.mmap(opened.fileno(), 0)

    def add(self, which: int, number: int) -> None:
        """Add a number to one of the numbers."""
        (before,) = struct.unpack_from("=Q", self._map, which * _ONE)
        struct.pack_into("=Q", self._map, which * _ONE, before + number)


def counted(file: Path) -> tuple[int, ...]:
    """Return the numbers, by their index."""
    return struct.unpack(_FORM, file.read_bytes())
