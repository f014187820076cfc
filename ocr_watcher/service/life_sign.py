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
from typing import Self

BYTES = 1024
"""The bytes of a sign in its file. Each sign overwrites the last one, so the disk needs room for
only one."""
_LONGEST_FAULT = 100
"""The most characters of a fault; in JSON, a character takes at most six bytes."""
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")  # random(4)

MOST_SECONDS = 180.0
"""The age from which a sign is too old: ``WatchdogSec`` of the unit. A reload takes up to two
minutes, in which the daemon gives none."""


@dataclass(frozen=True, slots=True)
class LifeSign:
    """The report that a daemon gives every few seconds.

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
        """Return the sign of this moment."""
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
