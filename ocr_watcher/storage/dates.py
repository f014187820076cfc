"""What the date that a file system kept says of the one that was asked for: pure."""

from __future__ import annotations

_STEPS = (100, 1_000, 1_000_000, 1_000_000_000, 2_000_000_000)
"""Nanoseconds. NTFS and CIFS keep 100 ns, many FUSE file systems a microsecond or a millisecond,
old inodes of ext4 a second, FAT two (utimensat(2), "the timestamp granularity")."""


def stands_for(kept: int, asked: int) -> bool:
    """Tell whether a date is the one that was asked for, perhaps rounded or truncated.

    Args:
        kept: The date that a file has, in nanoseconds since the epoch.
        asked: The date that it was given, likewise.
    """
    return kept == asked or any(kept % step == 0 and abs(kept - asked) < step for step in _STEPS)


def later(one: int, other: int) -> bool:
    """Tell whether one date is later than another, more than rounding can explain."""
    return one > other and not stands_for(other, one)
