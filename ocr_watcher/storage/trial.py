"""What a directory lets us do, found out with a hidden file that is gone at once."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass, field

from ocr_watcher.storage.dates import stands_for
from ocr_watcher.storage.write import PendingFile

ROOM = 65_536
"""Bytes; the text and the JSON of a dense page fit in."""
_ERA = 60
"""Bits of nanoseconds; dates within the same 36 years are alike to a file system."""


def try_to_write(directory: int, mtime_ns: int) -> int:
    """Write a hidden file, date it, and remove it.

    Bytes are really written: what reserves room (posix_fallocate(3)) is unknown to many file
    systems, and says so with many errors.

    Args:
        directory: A descriptor of the directory.
        mtime_ns: The date, in nanoseconds since the epoch.

    Returns:
        The date that the file had then: another one where dates are refused, or kept coarsely.

    Raises:
        OSError: Nothing can be written there, or there is no room.
    """
    with PendingFile(directory, "") as file:
        file.fill(bytes(ROOM))
        file.flush()
        return file.date(mtime_ns)


def keeps_dates(directory: int, mtime_ns: int) -> bool:
    """Tell whether the file system of a directory keeps a date that a file is given.

    The answer is remembered by device.

    Raises:
        OSError: It cannot be found out, as nothing can be written there.
    """
    device = os.fstat(directory).st_dev
    return _keeps_dates(_Place(device, mtime_ns >> _ERA, directory, mtime_ns))


def forget_verdicts() -> None:
    """Find out anew: a file that was written tells something else, or another disk is there."""
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
        return stands_for(file.date(place.mtime_ns), place.mtime_ns)
