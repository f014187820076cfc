"""Find the length of the pause after a fault that every call would meet: a pure decision."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from ocr_watcher.errors import OutageError, QuotaError
from ocr_watcher.values.backoff import BackOff
from ocr_watcher.values.pause import Pause

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.errors import EngineError

_DAY = 86_400.0  # seconds
LONGEST_PAUSE = _DAY + 120
"""The longest pause in seconds: a whole day until the next grant, and the longest wait after it."""
_ACCOUNT_PROBE_SECONDS = 300.0
_OUTAGE = BackOff(first_seconds=1, longest_seconds=300)


def a_day_later(now: float) -> float:
    """Return the same time of the next day, for a service whose day is not known."""
    return now + _DAY


def pause_for(
    error: EngineError,
    now: float,
    earlier: int,
    *,
    next_grant: Callable[[float], float] = a_day_later,
    draw: Callable[[], float] = random.random,
) -> Pause:
    """Return the pause that a fault causes.

    A used-up quota is granted anew at a fixed time. One call shortly after that time shows whether
    this has happened; a random delay keeps all installations from calling at once. A service that
    does not answer is tried again after growing intervals. Every other fault waits for a person, so
    calls are tried rarely.

    Args:
        error: The fault.
        now: Seconds since the epoch.
        earlier: The number of tries without success since the calls were stopped.
        next_grant: A function that returns the time of the next grant of quotas, given the current
            time; at most a day later.
        draw: A function that returns a random number from 0 to 1.
    """
    if isinstance(error, QuotaError):
        until = next_grant(now) + 60 * (1 + draw())
    elif isinstance(error, OutageError):
        until = now + _OUTAGE.ceiling(earlier) * (1 + draw()) / 2
    else:
        until = now + _ACCOUNT_PROBE_SECONDS
    return Pause(str(error.code), str(error), error.advice, now, until)
