"""A machine that reads pages for this one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine of a cluster.

    Attributes:
        name: Its host.
        workers: The number of its workers that get pages.
        threads: The number of pages that they read at once.
        pages: The number of pages that it has read since this program began.
        pages_a_minute: The number of those of the last minute.
        why_not: Why some of its workers get no pages; empty if all do.
    """

    name: str
    workers: int
    threads: int
    pages: int = 0
    pages_a_minute: int = 0
    why_not: str = ""
