"""How fast calls may follow each other, and when they must stop: pure, fed with a clock."""

from __future__ import annotations

import math
import random
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from ocr_watcher.errors import OutageError, QuotaError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.errors import EngineError

_BEIJING = timezone(timedelta(hours=8))  # no daylight saving; the service counts its days by it
LONGEST_PAUSE = 86_400 + 120.0
"""Seconds: from one midnight until a little after the next."""
_ACCOUNT_PROBE_SECONDS = 300.0
_LONGEST_OUTAGE_PROBE = 300.0  # seconds
_TRICKLE = 0.1  # calls a second
_UNLIMITED_START = 10.0  # calls a second: the paid default, where no rate was set but one exists
_RECOVERY_SECONDS = 60.0
_ON_THE_WAY = 0.9
"""Of the time by which even spacing exceeds a second: at 50 calls a second, 18 of 20 ms."""


class Spacing:
    """Spaces calls evenly, and slows them down when the service says that they are too many.

    The service rejects what is over the rate in short windows and does not queue it, so a burst
    after a pause is of no use: this is a token bucket that holds one token.

    Slots are kept evenly, but a thread wakes late for its own, more so on a busy machine: one
    that is late and those after it come too near to each other. So each call asks once more
    before it is made, and no second holds more of them than the rate and one.
    """

    def __init__(self, qps: float) -> None:
        """Begins at a rate.

        Args:
            qps: Calls a second; 0 means no limit.
        """
        self._configured = qps or float("inf")
        most = math.floor(qps) + 1  # in a second
        self._calls = deque([float("-inf")] * most, maxlen=most)
        self._window = 1 + _ON_THE_WAY * (most / qps - 1) if qps else 0.0
        self._rate = self._configured
        self._next = float("-inf")
        self._adapted = float("-inf")

    def reserve(self, now: float) -> float:
        """Takes the next slot.

        Args:
            now: Seconds of a clock that only goes forward.

        Returns:
            When the slot is, by the same clock.
        """
        if self._rate < self._configured and now - self._adapted >= _RECOVERY_SECONDS:
            self._rate = min(self._configured, self._rate * 2)
            self._adapted = now
        slot = max(now, self._next)
        self._next = slot + 1 / self._rate
        return slot

    def call(self, now: float) -> float:
        """Takes a call whose slot has come, unless too many were made just before it.

        Evenly spaced, one call more than a second may hold takes a little longer than a second.
        Nearly all of that little is for calls that are held up on their way to the service, and the
        rest for threads that wake late. What is held back here is caught up with, for this takes
        less time than even spacing does.

        Args:
            now: Seconds of a clock that only goes forward.

        Returns:
            ``now`` where the call is taken; else when to ask again, by the same clock.
        """
        earliest = self._calls[0] + self._window
        if earliest > now:
            return earliest
        self._calls.append(now)
        return now

    def slow_down(self, now: float) -> bool:
        """Halves the rate, once for all the calls that were under way together.

        Returns:
            Whether there was anything to give: False at a trickle, one call in ten seconds.
        """
        if now - self._adapted < 1 / self._rate:
            return True
        if self._rate <= _TRICKLE:
            return False
        self._rate = max(_TRICKLE, min(self._rate, _UNLIMITED_START) / 2)
        self._adapted = now
        self._next = max(self._next, now + 1 / self._rate)
        return True


@dataclass(frozen=True, slots=True)
class Pause:
    """Why no calls are made, and until when.

    Attributes:
        error: The fault that began it.
        since: Seconds since the epoch.
        until: When one call may try again, likewise.
    """

    error: EngineError
    since: float
    until: float


def pause_for(
    error: EngineError, now: float, earlier: int, draw: Callable[[], float] = random.random
) -> Pause:
    """Says how long a fault that every call would meet pauses them all.

    Quotas are granted anew at midnight in Beijing; a little after it, not everybody at once, one
    call tells whether that has happened. A service that does not answer is tried at growing
    distances. Anything else waits for a person, and is tried seldom.

    Args:
        error: The fault.
        now: Seconds since the epoch.
        earlier: How many times it has been tried in vain since the calls were stopped.
        draw: Draws a number from 0 to 1.
    """
    if isinstance(error, QuotaError):
        return Pause(error, now, beijing_midnight(now) + 60 * (1 + draw()))
    if isinstance(error, OutageError):
        seconds = min(_LONGEST_OUTAGE_PROBE, 2.0 ** min(earlier, 60))
        return Pause(error, now, now + seconds * (1 + draw()) / 2)
    return Pause(error, now, now + _ACCOUNT_PROBE_SECONDS)


def beijing_day(now: float) -> str:
    """Names the day that it is in Beijing, as ``2026-01-31``; its month is the first 7 characters.

    Args:
        now: Seconds since the epoch.
    """
    return datetime.fromtimestamp(now, _BEIJING).date().isoformat()


def beijing_midnight(now: float) -> float:
    """Finds the next midnight in Beijing, in seconds since the epoch."""
    here = datetime.fromtimestamp(now, UTC).astimezone(_BEIJING)
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return midnight.timestamp()
