"""Memory that a process may write and then execute, which is how an attacker runs code of its own.

Only a compiler needs such memory, as OpenVINO has one. ``MemoryDenyWriteExecute=yes`` of a systemd
unit forbids it to every process of the unit (systemd.exec(5)); here a process forbids it to itself.
"""

from __future__ import annotations

import ctypes
import mmap

_PR_SET_MDWE = 65
_PR_MDWE_REFUSE_EXEC_GAIN = 1
_PR_MDWE_NO_INHERIT = 2
"""The numbers of ``linux/prctl.h`` (PR_SET_MDWE(2const))."""


def forbid_code_memory(*, in_children: bool = True) -> None:
    """Forbid this process memory that is both writable and executable, for good.

    From then on no such memory can be mapped, and no mapped memory becomes executable
    (PR_SET_MDWE(2const)). Kernels before 6.3 cannot do this, and before 6.6 not without the
    children; there nothing changes.

    Args:
        in_children: Whether it holds for the processes that this one starts as well.
    """
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is None:  # the system is not Linux
        return
    flags = _PR_MDWE_REFUSE_EXEC_GAIN | (0 if in_children else _PR_MDWE_NO_INHERIT)
    unused = ctypes.c_ulong(0)
    prctl(_PR_SET_MDWE, ctypes.c_ulong(flags), unused, unused, unused)


def allows_code_memory() -> bool:
    """Return whether this process may have memory that is both writable and executable.

    A systemd unit, this process itself, or a policy of SELinux may forbid it.

    Raises:
        OSError: There is not enough memory now.
    """
    everything = mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC
    try:
        mmap.mmap(-1, mmap.PAGESIZE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, everything).close()
    except PermissionError:
        return False
    return True
