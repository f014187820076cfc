"""The pause of a circuit breaker, from its beginning to its end."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from ocr_watcher.engine.clock_jumps import Countdown
from ocr_watcher.engine.pauses import a_day_later, pause_for
from ocr_watcher.logs.fields import fields

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.errors import PausingError
    from ocr_watcher.values.pause import Pause

_log = logging.getLogger(__name__)


class Interruption:
    """A pause with the fault that caused it, or neither of them; for one thread at a time.

    Attributes:
        pause: The pause; None without one.
        fault: The fault that began it.
    """

    def __init__(
        self,
        *,
        next_grant: Callable[[float], float] = a_day_later,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        """Create it without a pause.

        Args:
            next_grant: A function that returns when the service grants quotas next, given the
                seconds since the epoch.
            clock: A function that returns the seconds of a clock that only goes forward.
            wall_clock: A function that returns the seconds since the epoch.
        """
        self.pause: Pause | None = None
        self.fault: PausingError | None = None
        self._next_grant = next_grant
        self._clock = clock
        self._wall_clock = wall_clock
        self._countdown = Countdown()
        self._probes = 0

    def add(self, error: PausingError, *, probed: bool) -> Pause | None:
        """Begin a pause, or prolong it; return the pause, or None if nothing changes.

        A call that was made before the pause may meet another fault, which can make the pause
        longer, but not shorter.

        Args:
            error: The fault that every call would meet.
            probed: Whether the probe has met it.
        """
        self.look()
        now, wall = self._clock(), self._wall_clock()
        before = self.pause
        pause = pause_for(error, wall, self._probes, next_grant=self._next_grant)
        due = now + pause.until - wall
        if before is None:
            self._countdown.begin(now, wall)
        elif probed or (pause.code != before.code and due > self._countdown.due):
            pause = replace(pause, since=before.since)
        else:
            return None
        if before is None or probed:
            self._probes += 1
        self._countdown.due = due
        self.pause, self.fault = pause, error
        return pause

    def end(self) -> None:
        """End the pause; the next one is the first after a success."""
        self._probes = 0
        self.pause = self.fault = None

    def seconds_left(self) -> float:
        """Return the seconds until the end of the pause; 0 if there is none, or if it is over."""
        return 0.0 if self.pause is None else max(0.0, self._countdown.due - self._clock())

    def look(self) -> None:
        """End the pause at once if the wall clock was set."""
        if self.pause is None:
            return
        before = self.pause
        self.pause = self._countdown.as_of(before, self._clock(), self._wall_clock())
        if self.pause is not before:
            moved = round(self.pause.since - before.since)
            _log.info("the clock was set, or the machine slept", extra=fields(seconds=moved))
