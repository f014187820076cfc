"""Facts about processes from the kernel (proc(5))."""

from __future__ import annotations

import contextlib
from pathlib import Path

RENDERER = "ocr_watcher.pages.sandbox.worker"


def children_of(pid: int) -> set[int]:
    """The processes whose parent it is, but those that have ended and wait to be asked how."""
    children = set()
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state, parent = (process / "stat").read_text().rpartition(")")[2].split()[:2]
            if int(parent) == pid and state != "Z":
                children.add(int(process.name))
    return children


def sandboxes_of(pid: int) -> set[int]:
    """Those of them in which pictures are decoded."""
    return {child for child in children_of(pid) if RENDERER in words_of(child, "cmdline")}


def words_of(pid: int, file: str) -> list[str]:
    """The command line or the environment of a process; empty where it is gone."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/{file}").read_text(errors="replace").split("\0")[:-1]
    return []


def status_of(pid: int) -> dict[str, str]:
    """Its ``status``; empty where it is gone."""
    with contextlib.suppress(OSError):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return {}


def memory_of(pid: int) -> int:
    """How much of its memory is really there, in bytes."""
    return 1024 * int(status_of(pid).get("VmRSS", "0 kB").split()[0])


def is_gone(pid: int) -> bool:
    """Whether it has ended."""
    return status_of(pid).get("State", "Z").startswith("Z")


def descriptors_of(pid: int) -> dict[int, str]:
    """What each of its descriptors leads to."""
    held = Path(f"/proc/{pid}/fd").iterdir()
    return {int(descriptor.name): str(descriptor.readlink()) for descriptor in held}
