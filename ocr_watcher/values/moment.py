"""Times as people and other programs read them."""

from __future__ import annotations

from datetime import UTC, datetime


def moment(seconds: float) -> str:
    """Return a time in local time, as RFC 3339 writes it."""
    return datetime.fromtimestamp(seconds, UTC).astimezone().isoformat(timespec="seconds")
