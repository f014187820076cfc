"""Comparison of dates of files that the file system may have rounded; pure functions."""

from __future__ import annotations

_STEPS = (100, 1_000, 1_000_000, 1_000_000_000, 2_000_000_000)
"""Granularities in nanoseconds. NTFS and CIFS keep 100 ns, many FUSE file systems a microsecond or
a millisecond, old inodes of ext4 a second, FAT two (utimensat(2), "the timestamp granularity")."""


def is_rounding_of(kept: int, asked: int) -> bool:
    """Return whether one date is equal to another, or is that date rounded by a file system.

    A rounded date is a multiple of the granularity of the file system, and differs from the
    original by less than one granule.

    Args:
        kept: The date that the file system stored, in nanoseconds since the epoch.
        asked: The date before the rounding, in nanoseconds since the epoch.
    """
    return kept == asked or any(kept % step == 0 and abs(kept - asked) < step for step in _STEPS)


def later(one: int, other: int) -> bool:
    """Return whether one date is later than another, and the difference is no rounding."""
    return one > other and not is_rounding_of(other, one)
