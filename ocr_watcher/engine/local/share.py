"""How the machine is shared among sets of the models: how many there are, and of what size.

On two processors, two sets with a thread each read 7 to 24 % more pages a minute than one with two
threads, for what runs at once need not be put together again after each step. But a set takes
memory: while they read pages of A4, one came to 1.0 GB, two to 1.7 and four to 2.4.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

_MOST_SETS = 4
"""So that the bound of the systemd unit, 4 GB, leaves room for the decoding of large pages."""

_MEMORY_FOR_A_SET = 2 * 1024**3
"""Bytes of the machine for each set, rather more than it takes: there are other programs."""


@dataclass(frozen=True, slots=True)
class Share:
    """How the machine is shared.

    Attributes:
        sets: How many sets of models there may be, each of which reads one page at a time.
        threads: How many threads read a page.
    """

    sets: int
    threads: int


def share_of_this_machine(callers: int) -> Share:
    """Shares the processors that this process may use, and the memory of the machine.

    Args:
        callers: How many threads read pages at once.
    """
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return share(callers, len(os.sched_getaffinity(0)), memory)


def share(callers: int, processors: int, memory: int) -> Share:
    """Gives each caller a set as far as processors and memory go, and all processors to the sets.

    Args:
        callers: How many threads read pages at once.
        processors: How many there are to use.
        memory: Of the machine, in bytes.
    """
    sets = max(1, min(callers, processors, _MOST_SETS, memory // _MEMORY_FOR_A_SET))
    return Share(sets, processors // sets)
