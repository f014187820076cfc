"""The side of the process itself: its connections, its end with the daemon, and its limits."""

from __future__ import annotations

import contextlib
import fcntl
import os
import resource
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ocr_watcher.processes.code_memory import forbid_code_memory

if TYPE_CHECKING:
    from collections.abc import Mapping


def connected() -> tuple[socket.socket, ...]:
    """Return the connections to the daemon that started this process; end with the daemon."""
    *channels, lifeline = map(int, sys.argv[1:])
    end_with(lifeline)
    return tuple(socket.socket(fileno=channel) for channel in channels)


def end_with(lifeline: int) -> None:
    """End this process with the daemon, whatever either of them is doing then.

    The process sees the end of a connection only when it reads from it, and its work may keep it
    from that for minutes. The daemon therefore never writes to the lifeline. When the other end of
    it is closed, also by a kill, the kernel sends SIGIO, which ends a process (fcntl(2),
    signal(7)). PR_SET_PDEATHSIG does not serve here: it follows the end of the thread that started
    the process, and worker threads come and go.
    """
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, fcntl.F_SETFL, os.O_ASYNC)


def confine(limits: Mapping[int, int], *, oom_score_adj: int, compiles: bool) -> None:
    """Limit the resources of this process, and let the kernel kill it before the daemon.

    Args:
        limits: The bound of each resource of getrlimit(2).
        oom_score_adj: The preference of the kernel to kill this process when memory runs out, from
            0 to 1000 (proc(5)).
        compiles: Whether a library of it compiles code at run time. Any other process is forbidden
            memory that is both writable and executable, where the kernel can do that.
    """
    if not compiles:
        forbid_code_memory()
    with contextlib.suppress(OSError):  # where a container forbids it, the kernel chooses
        Path("/proc/self/oom_score_adj").write_text(str(oom_score_adj), "ascii")
    for which, most in limits.items():
        _, hard = resource.getrlimit(which)
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (bound, bound))
