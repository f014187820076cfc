"""The machines of a cluster, with the number of pages that each reads."""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict, deque
from typing import TYPE_CHECKING

from ocr_watcher.values.machine import Machine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ocr_watcher.engine.cluster.members import Member

_MINUTE = 60.0


class Machines:
    """Counts the pages that each machine has read.

    Args:
        clock: A function that returns the seconds of a clock that only goes forward.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._pages = Counter[str]()
        self._lately: defaultdict[str, deque[float]] = defaultdict(deque)

    def read(self, name: str) -> None:
        """Count a page that a machine has read."""
        with self._lock:
            self._pages[name] += 1
            self._lately[name].append(self._clock())
            self._forget(name)

    def of(self, members: Iterable[Member], models: str) -> tuple[Machine, ...]:
        """Return the machines, by name.

        Args:
            members: Their workers.
            models: The models that must read the pages.
        """
        by_name: defaultdict[str, list[Member]] = defaultdict(list)
        for member in members:
            by_name[member.machine].append(member)
        return tuple(self._machine(name, by_name[name], models) for name in sorted(by_name))

    def _machine(self, name: str, members: Iterable[Member], models: str) -> Machine:
        reasons = {member: member.why_not(models) for member in members}
        fit = [member for member, why_not in reasons.items() if not why_not]
        with self._lock:
            self._forget(name)
            return Machine(
                name,
                len(fit),
                sum(member.threads for member in fit),
                self._pages[name],
                len(self._lately[name]),
                next(filter(None, reasons.values()), ""),
            )

    def _forget(self, name: str) -> None:
        lately, limit = self._lately[name], self._clock() - _MINUTE
        while lately and lately[0] < limit:
            lately.popleft()
