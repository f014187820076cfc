"""Compare the date that a file system kept with the requested one; pure functions."""

from __future__ import annotations

_STEPS = (100, 1_000, 1_000_000, 1_000_000_000, 2_000_000_000)
"""Granularities in nanoseconds. NTFS and CIFS keep 100 ns, many FUSE file systems a microsecond or
a millisecond, old inodes of ext4 a second, FAT two (utimensat(2), "the timestamp granularity")."""


def is_rounding_of(kept: int, asked: int) -> bool:
    """Return whether a date is the requested one, perhaps rounded or truncated.

    Args:
        kept: The date that a file has, in nanoseconds since the epoch.
        asked: The date that was requested for it, in nanoseconds since the epoch.
    """
    return kept == asked or any(kept % step == 0 and abs(kept - asked) < step for step in _STEPS)


def later(one: int, other: int) -> bool:
    """Return whether one date is later than another by more than rounding can explain."""
    return one > other and not is_rounding_of(other, one)
