"""Tests of what a directory allows, with a hidden file that is removed at once."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass, field

from ocr_watcher.storage.dates import is_rounding_of
from ocr_watcher.storage.write import PendingFile

ROOM = 65_536
"""The number of bytes that are written; the text and the JSON of a dense page take fewer."""
_ERA = 60
"""The number of bits of nanoseconds in an era, about 36 years.

A file system treats all dates of one era alike.
"""


def try_to_write(directory: int, mtime_ns: int) -> int:
    """Write a hidden file, date it, and remove it.

    Real bytes are written: many file systems cannot reserve room (posix_fallocate(3)), and they
    report that with many different errors.

    Args:
        directory: A descriptor of the directory.
        mtime_ns: The date, in nanoseconds since the epoch.

    Returns:
        The date that the file had afterwards. It is another one where the file system refuses dates
        or keeps them coarsely.

    Raises:
        OSError: Nothing can be written there, or there is no room.
    """
    with PendingFile(directory, "") as file:
        file.fill(bytes(ROOM))
        file.flush()
        return file.date(mtime_ns)


def keeps_dates(directory: int, mtime_ns: int) -> bool:
    """Return whether the file system of a directory keeps a date that a file is given.

    The answer is cached for each device.

    Raises:
        OSError: This cannot be found out, as nothing can be written there.
    """
    device = os.fstat(directory).st_dev
    return _keeps_dates(_Place(device, mtime_ns >> _ERA, directory, mtime_ns))


def forget_verdicts() -> None:
    """Clear the cached answers.

    Call this when a written file shows another answer, or when another disk may be mounted.
    """
    _keeps_dates.cache_clear()


@dataclass(frozen=True, slots=True)
class _Place:
    device: int
    era: int
    directory: int = field(compare=False)
    mtime_ns: int = field(compare=False)


@functools.lru_cache(maxsize=1024)
def _keeps_dates(place: _Place) -> bool:
    with PendingFile(place.directory, "") as file:
        return is_rounding_of(file.date(place.mtime_ns), place.mtime_ns)
