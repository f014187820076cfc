"""The instructions that the processor has, as the kernel lists them."""

from __future__ import annotations

from pathlib import Path

_FILE = Path("/proc/cpuinfo")


def abilities(file: Path = _FILE) -> frozenset[str]:
    """Return the names of the instructions that the first processor has, such as ``avx2``.

    Args:
        file: The file to read (proc(5)). Its line ``flags``, on ARM ``Features``, has the names.

    Returns:
        The names; an empty set if the file cannot be read or has no such line.
    """
    try:
        lines = file.read_text("utf-8", "replace").splitlines()
    except OSError:
        return frozenset()
    told = (line.partition(":") for line in lines)
    names = (words for key, _, words in told if key.strip() in {"flags", "Features"})
    return frozenset(next(names, "").split())
