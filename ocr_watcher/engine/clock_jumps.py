"""Jumps of the wall clock: a pure decision, given the readings of two clocks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocr_watcher.values.pause import Pause

_SMALLEST = 2.0
"""Seconds; a clock that is only slewed drifts by less between two looks (adjtime(3))."""
_BETWEEN = 60.0
"""Seconds at least between two tries because of a jump, should the clock be set all the time."""


class Jumps:
    """A comparison of the wall clock with one that nobody sets."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def begin(self, clock: float, wall: float) -> None:
        """Begin to compare.

        Args:
            clock: Seconds of a clock that only goes forward.
            wall: Seconds since the epoch.
        """
        self._ahead = wall - clock

    def seconds(self, clock: float, wall: float) -> float:
        """Return by how much the wall clock was set since the last look; 0 where it was not.

        A machine that slept looks the same: clocks that only go forward stand still meanwhile
        (CLOCK_MONOTONIC in clock_gettime(2)).

        Args:
            clock: As for `begin`.
            wall: As for `begin`.
        """
        ahead = wall - clock
        jump, self._ahead = ahead - self._ahead, ahead
        return jump if abs(jump) >= _SMALLEST else 0.0


class Countdown:
    """How long a pause lasts, whatever is done to the wall clock meanwhile.

    A pause is as long as it is. But where it waits for midnight, it is the wall clock that told how
    long that is, and it may have been wrong: once it was set, one call is tried at once.

    Attributes:
        due: When the pause ends, by the clock that only goes forward.
    """

    def __init__(self) -> None:
        self.due = 0.0
        self._jumps = Jumps()
        self._jumped = float("-inf")

    def begin(self, now: float, wall: float) -> None:
        """Begin to compare both clocks, as there was no pause before.

        Args:
            now: Seconds of a clock that only goes forward.
            wall: Seconds since the epoch.
        """
        self._jumps.begin(now, wall)

    def as_of(self, pause: Pause, now: float, wall: float) -> Pause:
        """Return the pause by what the wall clock shows now; the same where that was not set.

        Args:
            pause: The pause as it was.
            now: As for `begin`.
            wall: As for `begin`.
        """
        jump = self._jumps.seconds(now, wall)
        if not jump:
            return pause
        self.due = min(self.due, max(now, self._jumped + _BETWEEN))
        self._jumped = now
        return replace(pause, since=pause.since + jump, until=wall + self.due - now)
