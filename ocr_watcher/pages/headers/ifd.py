"""Read the directories of tags of TIFF files and of EXIF blocks.

The layout is that of TIFF 6.0, section 2, and of BigTIFF, which has wider numbers. No offset is
trusted: one that lies outside of the file raises `struct.error`.
"""

from __future__ import annotations

import struct
import sys
from array import array
from dataclasses import dataclass, field

_OF_MACHINE = "<" if sys.byteorder == "little" else ">"
"""The byte order of this machine, in which `array` reads."""

_VERSION = 42
_BIG_VERSION = 43
"""The numbers at offset 2 of a TIFF and a BigTIFF."""

_TYPES = {1: "B", 3: "H", 4: "I", 7: "B", 13: "I", 16: "Q"}
"""The integers among the types of a tag: BYTE, SHORT, LONG, UNDEFINED, IFD and LONG8."""
_RATIONAL = 5


@dataclass(frozen=True, slots=True)
class Directory:
    """One directory of tags.

    Attributes:
        tags: The offset of the twelve (BigTIFF: twenty) bytes of each tag.
        following: The offset of the next directory; 0 for none.
    """

    tags: dict[int, int]
    following: int


@dataclass(frozen=True, slots=True)
class Directories:
    """A file, or a block, that consists of directories.

    Attributes:
        data: All bytes of the file or the block.
        order: The byte order as `struct` writes it, ``<`` or ``>``.
        big: Whether it is a BigTIFF.
    """

    data: bytes = field(repr=False)
    order: str
    big: bool

    @classmethod
    def of(cls, data: bytes) -> Directories:
        """Read the first four bytes of a file or a block.

        Raises:
            struct.error: They are not those of a TIFF.
        """
        order = "<" if data.startswith(b"II") else ">"
        (version,) = struct.unpack_from(f"{order}H", data, 2)
        if version not in {_VERSION, _BIG_VERSION}:
            raise struct.error("no TIFF")
        return cls(data, order, version == _BIG_VERSION)

    @property
    def word(self) -> str:
        """The type of an offset."""
        return "Q" if self.big else "I"

    @property
    def first_at(self) -> int:
        """The place of the offset of the first directory."""
        return 8 if self.big else 4

    @property
    def first(self) -> int:
        """The offset of the first directory."""
        return self._number(self.word, self.first_at)

    def at(self, offset: int) -> Directory:
        """Read the directory at an offset.

        Raises:
            struct.error: The directory does not lie within the data.
        """
        count = self._number("Q" if self.big else "H", offset)
        start, length = (offset + 8, 20) if self.big else (offset + 2, 12)
        following = self._number(self.word, start + count * length)
        places = range(start, start + count * length, length)
        return Directory({self._number("H", place): place for place in places}, following)

    def integers(self, directory: Directory, tag: int) -> array[int]:
        """Return the values of a tag; none if it is missing or holds no integers."""
        place = directory.tags.get(tag)
        letter = _TYPES.get(self._number("H", place + 2)) if place else None
        if not place or not letter:
            return array("Q")
        count = self._number(self.word, place + 4)
        values = array(letter)
        start = self._start(place, count * values.itemsize)
        values.frombytes(self._bytes(start, count * values.itemsize))
        if self.order != _OF_MACHINE:
            values.byteswap()
        return values

    def integer(self, directory: Directory, tag: int, default: int) -> int:
        """Return the first value of a tag, or the default where it has none."""
        values = self.integers(directory, tag)
        return values[0] if values else default

    def ratio(self, directory: Directory, tag: int) -> float:
        """Return the value of a tag that holds a fraction; 0 where it is missing or invalid."""
        place = directory.tags.get(tag)
        if not place or self._number("H", place + 2) != _RATIONAL:
            return 0.0
        above, below = struct.unpack_from(f"{self.order}II", self.data, self._start(place, 8))
        return above / below if below else 0.0

    def value_at(self, place: int) -> int:
        """Return the offset of the value of a tag that is short enough to stand within the tag."""
        return place + (12 if self.big else 8)

    def _start(self, place: int, length: int) -> int:
        inline = self.value_at(place)
        fits = length <= struct.calcsize(f"={self.word}")
        return inline if fits else self._number(self.word, inline)

    def _number(self, letter: str, offset: int) -> int:
        if offset > len(self.data):  # for an offset beyond 2**63 struct raises another error
            raise struct.error("beyond the end")
        number: int = struct.unpack_from(self.order + letter, self.data, offset)[0]
        return number

    def _bytes(self, start: int, length: int) -> bytes:
        found = self.data[start : start + length]
        if len(found) < length:
            raise struct.error("beyond the end")
        return found
