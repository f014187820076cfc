"""How many images are done, wait and have failed, as far as the last scans tell."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING

from ocr_watcher.sidecars.state import State
from ocr_watcher.values.outcome import Failed, Outcome, Recognised

if TYPE_CHECKING:
    from collections.abc import Mapping


class Tally:
    """Counts what scans found, and what has become of it since.

    It is for people: between two scans of a folder, what was deleted from it is still counted.
    """

    def __init__(self) -> None:
        """Begins with nothing."""
        self._lock = threading.Lock()
        self._states: dict[str, Counter[State]] = {}
        self._first: dict[str, Counter[State]] = {}

    def scanned(self, root: str, states: Mapping[State, int]) -> None:
        """Takes what a scan of a whole folder found."""
        with self._lock:
            self._states[root] = Counter(states)
            self._first.setdefault(root, Counter(states))

    def found_first(self, state: State) -> int:
        """Return how many images had a state when their folder was scanned first."""
        with self._lock:
            return sum(states[state] for states in self._first.values())

    def ended(self, root: str, outcome: Outcome) -> None:
        """Takes how a try at an image of a folder ended."""
        state = {Recognised: State.DONE, Failed: State.FAILED}.get(type(outcome))
        if state is None:
            return
        with self._lock:
            states = self._states.setdefault(root, Counter())
            states[state] += 1
            states[State.WAITING] = max(0, states[State.WAITING] - 1)

    def line(self, held: int) -> str:
        """Writes the counts of all folders down.

        Args:
            held: How many images wait in memory: those that came since the last scan, too.
        """
        with self._lock:
            total = sum(self._states.values(), Counter[State]())
        waiting = max(total[State.WAITING], held)
        return f"{total[State.DONE]} done, {waiting} waiting, {total[State.FAILED]} failed"
