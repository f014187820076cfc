"""What the kernel knows of a process and its children (proc(5))."""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass
from pathlib import Path

_TICK = 1 / os.sysconf("SC_CLK_TCK")
_MB = 1e6


@dataclass(frozen=True, slots=True)
class Memory:
    """What a process and its children hold, in MB (10⁶ bytes).

    Attributes:
        resident: What lies in memory for them, shared libraries counted for each (VmRSS).
        proportional: The same, each shared page divided among all who share it (Pss).
        peak: The sum of the greatest `resident` that each has had (VmHWM).
    """

    resident: float
    proportional: float
    peak: float


def cpu_seconds(process: int) -> float:
    """Tells the processor time a process has used, by user and kernel, children included.

    A child that has ended counts from when it was waited for, to a hundredth of a second.
    """
    return sum(_own_cpu_seconds(each) for each in family(process))


def memory(process: int) -> Memory:
    """Tells how much memory a process and its children hold."""
    each = list(memory_of_each(process).values())
    return Memory(
        sum(one.resident for one in each),
        sum(one.proportional for one in each),
        sum(one.peak for one in each),
    )


def memory_of_each(process: int) -> dict[int, Memory]:
    """Return how much memory a process, and each that descends from it, holds by itself."""
    return {member: _memory(member) for member in family(process)}


def largest(process: int) -> int:
    """Return which of a process and its descendants has most in memory."""
    each = memory_of_each(process)
    return max(each, key=lambda member: each[member].resident)


def family(process: int) -> list[int]:
    """Lists a process and all that descend from it."""
    parents = {
        int(entry.name): _status_fields(int(entry.name))[1]
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit()
    }
    members = [process]
    for member in members:  # it grows while we go through it
        members += [child for child, parent in parents.items() if parent == str(member)]
    return members


def _own_cpu_seconds(process: int) -> float:
    with contextlib.suppress(OSError):
        # The clock of any process, in nanoseconds: clock_getcpuclockid(3), as Linux encodes it.
        own = time.clock_gettime((~process << 3) | 2)
        of_ended_children = sum(map(int, _status_fields(process)[13:15])) * _TICK
        return own + of_ended_children
    return 0.0


def _status_fields(process: int) -> list[str]:
    """Reads the fields of ``/proc/PID/stat`` behind the name: state, parent …; dummies if gone."""
    try:
        return Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return ["0"] * 50


def _memory(process: int) -> Memory:
    status, rollup = _sizes(f"/proc/{process}/status"), _sizes(f"/proc/{process}/smaps_rollup")
    return Memory(status.get("VmRSS", 0.0), rollup.get("Pss", 0.0), status.get("VmHWM", 0.0))


def _sizes(file: str) -> dict[str, float]:
    try:
        lines = Path(file).read_text("utf-8").splitlines()
    except OSError:
        return {}
    sizes = (line.split() for line in lines if line.endswith(" kB"))
    return {name.rstrip(":"): int(number) * 1024 / _MB for name, number, _unit in sizes}
