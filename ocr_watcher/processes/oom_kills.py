"""Counts the processes that the kernel ended because memory ran out."""

from __future__ import annotations

import re
from pathlib import Path

_VMSTAT = Path("/proc/vmstat")
_OOM_KILL = re.compile(r"^oom_kill (\d+)$", re.MULTILINE)


def oom_kills(vmstat: Path = _VMSTAT) -> int:
    """Return how many processes the kernel has ended since it started because memory ran out.

    It counts each of them before it sends SIGKILL, whether the machine or a control group ran out
    (`__oom_kill_process` of ``mm/oom_kill.c``). No file of the control group is needed, which a
    container may not show.

    Args:
        vmstat: The kernel's counters, see proc_vmstat(5).

    Returns:
        The number; 0 if it is unknown, as before Linux 4.13.
    """
    try:
        found = _OOM_KILL.search(vmstat.read_text("ascii"))
    except (OSError, UnicodeDecodeError):
        return 0
    return int(found[1]) if found else 0
