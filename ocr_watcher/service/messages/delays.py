"""Delays by the clock on the wall, which may be set."""

from __future__ import annotations


def rest(since: float, seconds: float, now: float) -> float:
    """Return the seconds that are left of a delay.

    A delay that began in the future counts as over: the clock was set back by an unknown time.

    Args:
        since: The time when the delay began, in seconds since the epoch.
        seconds: The delay.
        now: The time.
    """
    return max(0.0, since + seconds - now) if since <= now else 0.0
