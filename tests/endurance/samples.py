"""The memory, threads and descriptors of a process over time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True, slots=True)
class Sample:
    """What a process holds at one moment.

    Attributes:
        seconds: Since the trial began.
        memory: Resident, in MiB.
        threads: Their number.
        descriptors: The number of open ones.
    """

    seconds: float
    memory: float
    threads: int
    descriptors: int


def sample(process: int, seconds: float) -> Sample:
    """Look at a process (proc(5))."""
    status = Path(f"/proc/{process}/status").read_text("ascii").splitlines()
    fields = dict(line.split(":", 1) for line in status)
    return Sample(
        seconds,
        int(fields["VmRSS"].split()[0]) / 1024,
        int(fields["Threads"]),
        len(list(Path(f"/proc/{process}/fd").iterdir())),
    )


def growth(samples: list[Sample]) -> list[str]:
    """List what grew from the second to the last fifth of the samples beyond its noise.

    The first fifth is left out: the process warms up in it.
    """
    fifth = len(samples) // 5
    before, after = samples[fifth : 2 * fifth], samples[-fifth:]
    grown = []
    for name, allowed in (("memory", 10.0), ("threads", 4), ("descriptors", 10)):
        earlier, later = (median(getattr(each, name) for each in part) for part in (before, after))
        if later > earlier + allowed:
            grown.append(f"{name} grew from {earlier:.1f} to {later:.1f}")
    return grown
