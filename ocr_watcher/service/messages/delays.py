"""Delays by the wall clock, which may be set."""

from __future__ import annotations

_AT_ONCE_SECONDS = 10.0
"""The largest difference of two times that count as one moment. One process may read the clock, and
wait for the file while another process writes a later time."""


def rest(since: float, seconds: float, now: float) -> float:
    """Return the seconds that are left of a delay.

    A delay that began in the future counts as over: the clock was set back by an unknown time.

    Args:
        since: The time when the delay began, in seconds since the epoch.
        seconds: The delay.
        now: The time.
    """
    if since > now:
        return seconds if since - now <= _AT_ONCE_SECONDS else 0.0
    return max(0.0, since + seconds - now)
