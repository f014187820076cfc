"""The sign of life that a daemon leaves beside its registration, for a command that asks for it.

It has the same meaning as ``WATCHDOG=1`` for systemd's watchdog (sd_notify(3)). It is for people
who run the daemon without systemd, such as in a container.
"""

from __future__ import annotations

import contextlib
import functools
import json
import math
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from ocr_watcher.storage.filesystem import file_system_of

if TYPE_CHECKING:
    from collections.abc import Callable

BYTES = 1024
"""The bytes of a sign in its file. Each sign overwrites the last one, so the disk needs room for
only one."""
DISK_SECONDS = 30.0
"""The time after which an unchanged sign is written to a disk again. Otherwise a disk that sleeps
would be woken every few seconds, and a flash card would wear out."""
_IN_MEMORY = frozenset({"ramfs", "tmpfs"})  # tmpfs(5)
_MOUNTS = Path("/proc/self/mountinfo")
_LONGEST_FAULT = 100
"""The most characters of a fault; in JSON, a character takes at most six bytes."""
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")  # random(4)

MOST_SECONDS = 180.0
"""The age from which a sign is too old: ``WatchdogSec`` of the unit. A reload takes up to two
minutes, in which the daemon gives none, and the last sign before may be as old as
`DISK_SECONDS`."""


@dataclass(frozen=True, slots=True)
class LifeSign:
    """The report that a daemon gives at an interval.

    Attributes:
        boot: The boot id of its kernel; empty if it is unknown.
        at: The time, in seconds of the monotonic clock that all processes of one boot share
            (clock_gettime(2), CLOCK_MONOTONIC).
        fault: The work that does not advance; empty if all threads advance.
    """

    boot: str
    at: float
    fault: str

    @classmethod
    def now(cls, fault: str) -> Self:
        """Return the sign of the present moment."""
        return cls(_boot_id(), time.monotonic(), fault[:_LONGEST_FAULT])

    def problem(self, most_seconds: float = MOST_SECONDS) -> str:
        """Return why the daemon that gave this sign is not healthy; empty if it is.

        Args:
            most_seconds: The age from which the sign is too old.
        """
        if self.boot != _boot_id():
            return "it runs on another machine, which alone knows; ask there"
        silent = time.monotonic() - self.at
        if silent < 0:
            return "its clock is not the one of this command (time_namespaces(7)); ask beside it"
        if silent > most_seconds:
            return f"it has given no sign of life for {silent:.0f} seconds"
        return self.fault


class SignFile:
    """A file for the signs of a run.

    If the file is in memory, each sign is written. On a disk, a sign is written only if its content
    is new, or if the last one is old.
    """

    def __init__(
        self, descriptor: int, *, in_memory: bool, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Create it; nothing is written.

        Args:
            descriptor: The file, open for writing; the caller closes it.
            in_memory: Whether its file system is in memory.
            clock: A function that returns the seconds of a clock that only goes forward.
        """
        self._descriptor = descriptor
        self._in_memory = in_memory
        self._clock = clock
        self._fault: str | None = None
        self._written = 0.0

    def give(self, sign: LifeSign) -> None:
        """Write a sign, unless the file has a recent one that says the same."""
        now = self._clock()
        is_fresh = now - self._written < DISK_SECONDS
        if not self._in_memory and is_fresh and sign.fault == self._fault:
            return
        self._fault, self._written = sign.fault, now
        write_sign(self._descriptor, sign)


def is_in_memory(directory: Path) -> bool:
    """Return whether the file system of a directory is in memory; False if that is unknown."""
    try:
        mounts = _MOUNTS.read_text("utf-8", "surrogateescape")
    except OSError:
        return False
    return file_system_of(os.path.realpath(directory), mounts) in _IN_MEMORY


def write_sign(descriptor: int, sign: LifeSign) -> None:
    """Write a sign at the beginning of a file; if that fails, the last sign becomes too old."""
    with contextlib.suppress(OSError):
        content = json.dumps(asdict(sign), ensure_ascii=False).encode("utf-8", "replace")
        os.pwrite(descriptor, content.ljust(BYTES), 0)


def read_sign(descriptor: int) -> LifeSign | None:
    """Return the sign in a file; None if it has none."""
    try:
        data = json.loads(os.pread(descriptor, BYTES, 0))
        sign = LifeSign(str(data["boot"]), float(data["at"]), str(data["fault"]))
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None
    return sign if math.isfinite(sign.at) else None  # Python's JSON allows NaN


@functools.cache
def _boot_id() -> str:
    try:
        return _BOOT_ID.read_text("ascii").strip()
    except OSError:
        return ""
