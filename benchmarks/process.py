"""Reads the kernel's counts for a process and its children (proc(5))."""

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
    """The memory of a process and its children, in MB (10⁶ bytes).

    Attributes:
        resident: The memory with shared libraries counted for each process (VmRSS).
        proportional: The memory with each shared page divided among all who share it (Pss).
        peak: The sum of the greatest `resident` that each process has had (VmHWM).
    """

    resident: float
    proportional: float
    peak: float


def cpu_seconds(process: int) -> float:
    """Return the processor seconds of a process in user and kernel, children included.

    A child that has ended counts as soon as it was waited for, to a hundredth of a second.
    """
    return sum(_own_cpu_seconds(each) for each in family(process))


def memory(process: int) -> Memory:
    """Return the memory that a process and its children hold."""
    each = list(memory_of_each(process).values())
    return Memory(
        sum(one.resident for one in each),
        sum(one.proportional for one in each),
        sum(one.peak for one in each),
    )


def memory_of_each(process: int) -> dict[int, Memory]:
    """Return the memory of a process and of each of its descendants, by the process's number."""
    return {member: _memory(member) for member in family(process)}


def largest(process: int) -> int:
    """Return the number of the process with the most memory, of a process and its descendants."""
    each = memory_of_each(process)
    return max(each, key=lambda member: each[member].resident)


def family(process: int) -> list[int]:
    """Return the numbers of a process and all its descendants."""
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
    """Return the fields of ``/proc/PID/stat`` after the name: state, parent …; dummies if gone."""
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
