"""The urgency of a thread for the scheduler."""

from __future__ import annotations

import contextlib
import os
import threading

_NICEST = 19


def make_less_urgent(by: int) -> None:
    """Have the scheduler prefer the other threads of the program to this one.

    The threads and processes that it starts are as nice as it is. A thread that is nicer already
    stays so, as only a privileged one may become less nice (setpriority(2)).

    Args:
        by: The niceness above that of the process. With ten, it gets a tenth of the processor time
            of another one; with 15, a thirtieth (sched(7)).
    """
    thread = threading.get_native_id()
    with contextlib.suppress(OSError):  # a service or a container may forbid it
        nice = min(os.getpriority(os.PRIO_PROCESS, os.getpid()) + by, _NICEST)
        if nice > os.getpriority(os.PRIO_PROCESS, thread):
            os.setpriority(os.PRIO_PROCESS, thread, nice)
