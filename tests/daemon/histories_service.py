"""The service over a whole history: with faults, going away and coming back at its address."""

from __future__ import annotations

import collections
import contextlib
from typing import TYPE_CHECKING

from tests.simulator.faults import Cut, ErrorCode, Fault, next_fault
from tests.simulator.server import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.simulator.call import Call

REFUSED = "refused"
HOPELESS = "hopeless"
ODD = "odd"
"""How the words of pictures begin that the service refuses, doubts for ever, or doubts twice."""

LATENCY = 0.02


class Service:
    """A simulator that can be away.

    Attributes:
        lost: How many billed answers were not kept, at most.
    """

    def __init__(self) -> None:
        self._faults: collections.deque[Fault | None] = collections.deque()
        self._met: collections.Counter[str] = collections.Counter()
        self._earlier_calls: list[Call] = []
        self._running = contextlib.ExitStack()
        self.lost = 0
        self.is_there = False
        self.simulator = Simulator()
        self._start()

    def go_away(self, calls_in_flight: int) -> None:
        """Ends every connection; the answers on their way are lost."""
        self._earlier_calls += self.simulator.calls
        self.lost += calls_in_flight
        self.is_there = False
        self._running.close()

    def come_back(self) -> None:
        """Listens again where it did; it knows no token any more."""
        self.simulator = Simulator(port=self.simulator.port)
        self._start()

    def will_meet(self, faults: Iterable[Fault]) -> None:
        """Lets the next calls meet these faults, instead of those that were to come."""
        self._faults = collections.deque(faults)

    def billed(self) -> collections.Counter[str]:
        """How many calls were billed, by the words that were read."""
        calls = self._earlier_calls + (self.simulator.calls if self.is_there else [])
        return collections.Counter(call.words for call in calls if call.billed)

    def close(self) -> None:
        """Ends it; may be called again."""
        self._running.close()

    def _start(self) -> None:
        self.simulator.fault = self._fault
        self.simulator.latency = LATENCY
        self._running.enter_context(self.simulator)
        self.is_there = True

    def _fault(self, call: Call) -> Fault | None:
        fault = next_fault(self._faults)
        self.lost += isinstance(fault, Cut)
        return fault or self._fault_of_the_image(call.words)

    def _fault_of_the_image(self, words: str) -> Fault | None:
        if words.startswith(REFUSED):
            return ErrorCode(216201)
        self._met[words] += 1
        if words.startswith(HOPELESS) or (words.startswith(ODD) and self._met[words] <= 2):
            return ErrorCode(216630)
        return None
