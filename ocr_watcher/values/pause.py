"""The pause of an engine that makes no calls."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pause:
    """A time during which an engine makes no calls, with its reason.

    Attributes:
        code: The code of the fault that every call would meet.
        message: The message of the fault.
        advice: What a person can do about it; empty if there is nothing to do.
        since: The time when the pause began, in seconds since the epoch.
        until: The time of the probe, which finds out whether the pause is over, in seconds since
            the epoch.
    """

    code: str
    message: str
    advice: str
    since: float
    until: float
