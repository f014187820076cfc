"""The amount of memory that this process may use, from the kernel."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def memory_limit(root: Path = Path("/")) -> int:
    """Return the bytes that this process may use: of the machine, or of its control group.

    The strictest limit among the groups above a process applies (the kernel's documentation, on
    ``memory.max`` in "Control Group v2", and on ``memory.limit_in_bytes`` in "Memory Resource
    Controller" of version 1, which older systems have). A service manager sets it as
    ``MemoryMax=``, a container runtime as its limit of memory.

    Args:
        root: The directory that contains ``proc`` and ``sys``.
    """
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([machine, *_limits_of_groups(root)])


def _limits_of_groups(root: Path) -> Iterator[int]:
    with contextlib.suppress(OSError, ValueError):
        for line in (root / "proc/self/cgroup").read_text("utf-8").splitlines():
            _, controllers, name = line.split(":", 2)
            if not controllers:
                place, file = root / "sys/fs/cgroup", "memory.max"
            elif "memory" in controllers.split(","):
                place, file = root / "sys/fs/cgroup/memory", "memory.limit_in_bytes"
            else:
                continue
            group = PurePosixPath(name)
            # In a container, its own group may be the root of the mount.
            for part in (group, *group.parents):
                yield from _limit(place / str(part).lstrip("/") / file)


def _limit(file: Path) -> Iterator[int]:
    with contextlib.suppress(OSError, ValueError):  # "max" is no limit, and the root has none
        yield int(file.read_text("ascii"))
