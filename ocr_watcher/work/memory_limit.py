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

    The strictest limit among the groups above a process applies ("Control Group v2" of the kernel's
    documentation, on ``memory.max``). A service manager sets it as ``MemoryMax=``, a container
    runtime as its limit of memory.

    Args:
        root: The directory that contains ``proc`` and ``sys``.
    """
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([machine, *_limits_of_groups(root)])


def _limits_of_groups(root: Path) -> Iterator[int]:
    with contextlib.suppress(OSError, ValueError):
        lines = (root / "proc/self/cgroup").read_text("utf-8").splitlines()
        group = PurePosixPath(next((line[3:] for line in lines if line.startswith("0::")), "/"))
        for part in (group, *group.parents):
            yield from _limit(root / "sys/fs/cgroup" / str(part).lstrip("/") / "memory.max")


def _limit(file: Path) -> Iterator[int]:
    with contextlib.suppress(OSError, ValueError):  # "max" is no limit, and the root has none
        yield int(file.read_text("ascii"))
