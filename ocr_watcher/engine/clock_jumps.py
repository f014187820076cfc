"""Finds jumps of the wall clock: a pure decision, given the times of two clocks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocr_watcher.values.pause import Pause

_SMALLEST = 2.0
"""The smallest jump in seconds; a clock that is only slewed drifts by less between two looks
(adjtime(3))."""
_BETWEEN = 60.0
"""The least seconds between two tries because of a jump, for a clock that is set again and
again."""


class Jumps:
    """A comparison of the wall clock with a clock that nobody can set."""

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
        """Return the seconds by which the wall clock was set since the last look; 0 if it was not.

        A machine that slept looks the same: a clock that only goes forward stands still during the
        sleep (CLOCK_MONOTONIC in clock_gettime(2)).

        Args:
            clock: The same as for `begin`.
            wall: The same as for `begin`.
        """
        ahead = wall - clock
        jump, self._ahead = ahead - self._ahead, ahead
        return jump if abs(jump) >= _SMALLEST else 0.0


class Countdown:
    """The end of a pause, independent of jumps of the wall clock.

    A pause keeps its length when the wall clock is set. But the length of a pause until midnight
    was calculated from the wall clock, which may have been wrong. So after a jump, one call is
    tried at once.

    Attributes:
        due: The end of the pause, by the clock that only goes forward.
    """

    def __init__(self) -> None:
        self.due = 0.0
        self._jumps = Jumps()
        self._jumped = float("-inf")

    def begin(self, now: float, wall: float) -> None:
        """Begin to compare both clocks; earlier changes do not matter.

        Args:
            now: Seconds of a clock that only goes forward.
            wall: Seconds since the epoch.
        """
        self._jumps.begin(now, wall)

    def as_of(self, pause: Pause, now: float, wall: float) -> Pause:
        """Return the pause with its times by the present wall clock.

        It is the same pause if the wall clock was not set.

        Args:
            pause: The pause as it was.
            now: The same as for `begin`.
            wall: The same as for `begin`.
        """
        jump = self._jumps.seconds(now, wall)
        if not jump:
            return pause
        self.due = min(self.due, max(now, self._jumped + _BETWEEN))
        self._jumped = now
        return replace(pause, since=pause.since + jump, until=wall + self.due - now)
