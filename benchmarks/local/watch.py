"""A thread that reads the memory of a process tree again and again."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from benchmarks import process

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.process import Memory

_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Peaks:
    """The most memory that was held, in MB.

    Attributes:
        tree: The greatest sum of the memory of all processes at one time. Memory that several
            share is divided among them (Pss). It is at least `models`.
        models: The peak of the process with the models, as the kernel marks it (VmHWM). That is the
            process of the tree that holds most at the time: the daemon itself if it has no process
            for the models.
    """

    tree: float = 0.0
    models: float = 0.0

    def with_sample(self, each: Mapping[int, Memory]) -> Peaks:
        """Return the peaks after a look at each process."""
        # The kernel keeps the share of a process that another user runs to itself.
        tree = sum(one.proportional or one.resident for one in each.values())
        models = max(each.values(), key=lambda one: one.resident).peak
        return Peaks(max(self.tree, tree, models), max(self.models, models))


class MemoryWatch:
    """Measures the peaks of a process and its descendants while a context lasts.

    Args:
        root: The number of the process.
    """

    def __init__(self, root: int) -> None:
        self._root = root
        self._peaks = Peaks()
        self._turn = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look_until_ended, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    @property
    def peaks(self) -> Peaks:
        """The peaks until now."""
        with self._turn:
            self._peaks = self._peaks.with_sample(process.memory_of_each(self._root))
            return self._peaks

    def _look_until_ended(self) -> None:
        while not self._ended.wait(_SECONDS):
            _ = self.peaks
