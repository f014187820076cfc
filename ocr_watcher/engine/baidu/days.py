"""The days of the service, which counts calls and grants quotas by Beijing's calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

_BEIJING = timezone(timedelta(hours=8))  # no daylight saving


def beijing_day(now: float) -> str:
    """Return the present day in Beijing, as ``2026-01-31``.

    Args:
        now: Seconds since the epoch.
    """
    return datetime.fromtimestamp(now, _BEIJING).date().isoformat()


def beijing_midnight(now: float) -> float:
    """Return the next midnight in Beijing, in seconds since the epoch."""
    here = datetime.fromtimestamp(now, UTC).astimezone(_BEIJING)
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return midnight.timestamp()
