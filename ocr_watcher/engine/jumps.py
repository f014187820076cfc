"""Notices that the clock on the wall was set: pure, fed with the readings of two clocks."""

from __future__ import annotations

_SMALLEST = 2.0
"""Seconds; a clock that is only slewed drifts by less between two looks (adjtime(3))."""


class Jumps:
    """Compares the wall clock with one that nobody sets."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def begin(self, clock: float, wall: float) -> None:
        """Begins to compare.

        Args:
            clock: Seconds of a clock that only goes forward.
            wall: Seconds since the epoch.
        """
        self._ahead = wall - clock

    def seconds(self, clock: float, wall: float) -> float:
        """Returns by how much the wall clock was set since the last look; 0 where it was not.

        A machine that slept looks the same: clocks that only go forward stand still meanwhile
        (CLOCK_MONOTONIC in clock_gettime(2)).

        Args:
            clock: As for `begin`.
            wall: As for `begin`.
        """
        ahead = wall - clock
        jump, self._ahead = ahead - self._ahead, ahead
        return jump if abs(jump) >= _SMALLEST else 0.0
