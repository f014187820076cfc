"""The entry for an image that is being worked on, and its notation in a segment of a file."""

from __future__ import annotations

import os
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr_watcher.values.image import Stamp

if TYPE_CHECKING:
    from collections.abc import Iterator

SEGMENT_BYTES = 8192
"""The bytes of a segment. A path has at most 4096 bytes (``PATH_MAX``), or some more below a
folder."""

_HEAD = struct.Struct("<II")
"""The number of bytes of an entry and their checksum, before it. An empty segment has zeros."""

EMPTY = bytes(_HEAD.size)


@dataclass(frozen=True, slots=True)
class Entry:
    """An image that is being worked on.

    Attributes:
        path: Its whole path.
        stamp: The stamp of the content that is read.
        since: The time when the attempt began, in seconds since the epoch.
        page: The number of the page that is read, from 1.
        pages: The number of all pages; 0 if that is not known yet.
    """

    path: str
    stamp: Stamp
    since: float
    page: int = 1
    pages: int = 0

    @property
    def place(self) -> str:
        """The page that is read, and the number of pages, for people."""
        return place_of(self.page, self.pages)

    def packed(self) -> bytes:
        """Return the content of the segment; empty if the path is too long for one."""
        stamp = self.stamp
        numbers = (stamp.size, stamp.mtime_ns, stamp.inode, self.page, self.pages, self.since)
        content = " ".join(map(str, numbers)).encode() + b"\n" + os.fsencode(self.path)
        packed = _HEAD.pack(len(content), zlib.crc32(content)) + content
        return packed if len(packed) <= SEGMENT_BYTES else EMPTY


def place_of(page: int, pages: int) -> str:
    """Return the page that is read, and the number of pages, in words.

    Args:
        page: The number of the page, from 1.
        pages: The number of all pages; 0 where that is not known.
    """
    return f"page {page} of {pages}" if pages else f"page {page}"


def entries_of(content: bytes) -> Iterator[Entry]:
    """Yield the entries in the segments of a file; empty and invalid segments are skipped."""
    for start in range(0, len(content), SEGMENT_BYTES):
        entry = _unpacked(content[start : start + SEGMENT_BYTES])
        if entry is not None:
            yield entry


def _unpacked(segment: bytes) -> Entry | None:
    if len(segment) < _HEAD.size:
        return None
    length, checksum = _HEAD.unpack_from(segment)
    content = segment[_HEAD.size : _HEAD.size + length]
    if not content or zlib.crc32(content) != checksum:
        return None
    numbers, _, path = content.partition(b"\n")
    try:
        size, mtime_ns, inode, page, pages = map(int, numbers.split()[:5])
        since = float(numbers.split()[5])
    except (ValueError, IndexError):
        return None
    return Entry(os.fsdecode(path), Stamp(size, mtime_ns, inode), since, page, pages)
