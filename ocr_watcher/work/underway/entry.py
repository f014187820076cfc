"""An image that is being worked on, as one slot of a file describes it."""

from __future__ import annotations

import os
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr_watcher.values.image import Stamp

if TYPE_CHECKING:
    from collections.abc import Iterator

SLOT_BYTES = 8192
"""Of a slot: a path has 4096 at most (``PATH_MAX``), or some more below a folder."""

_HEAD = struct.Struct("<II")
"""Before an entry: how many bytes it has, and their checksum. A slot without entry has zeros."""

EMPTY = bytes(_HEAD.size)


@dataclass(frozen=True, slots=True)
class Entry:
    """An image that is being worked on.

    Attributes:
        path: Its whole path.
        stamp: The content that is read.
        since: When the attempt began, in seconds since the epoch.
        page: The page that is read, from 1.
        pages: How many it has; 0 where that is not known yet.
    """

    path: str
    stamp: Stamp
    since: float
    page: int = 1
    pages: int = 0

    @property
    def place(self) -> str:
        """Which page of how many is read, for people."""
        return place_of(self.page, self.pages)

    def packed(self) -> bytes:
        """Return the content of the slot; empty where the path is too long for one."""
        stamp = self.stamp
        numbers = (stamp.size, stamp.mtime_ns, stamp.inode, self.page, self.pages, self.since)
        content = " ".join(map(str, numbers)).encode() + b"\n" + os.fsencode(self.path)
        packed = _HEAD.pack(len(content), zlib.crc32(content)) + content
        return packed if len(packed) <= SLOT_BYTES else EMPTY


def place_of(page: int, pages: int) -> str:
    """Return which page of how many is read, for people.

    Args:
        page: The number of the page, from 1.
        pages: The number of all pages; 0 where that is not known.
    """
    return f"page {page} of {pages}" if pages else f"page {page}"


def entries_of(content: bytes) -> Iterator[Entry]:
    """Read the slots of a file; what is empty or makes no sense is passed over."""
    for start in range(0, len(content), SLOT_BYTES):
        entry = _unpacked(content[start : start + SLOT_BYTES])
        if entry is not None:
            yield entry


def _unpacked(slot: bytes) -> Entry | None:
    if len(slot) < _HEAD.size:
        return None
    length, checksum = _HEAD.unpack_from(slot)
    content = slot[_HEAD.size : _HEAD.size + length]
    if not content or zlib.crc32(content) != checksum:
        return None
    numbers, _, path = content.partition(b"\n")
    try:
        size, mtime_ns, inode, page, pages = map(int, numbers.split()[:5])
        since = float(numbers.split()[5])
    except (ValueError, IndexError):
        return None
    return Entry(os.fsdecode(path), Stamp(size, mtime_ns, inode), since, page, pages)
