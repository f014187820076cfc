"""Why an engine makes no calls."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pause:
    """Why no calls are made, and until when.

    Attributes:
        code: The code of the fault that every call would meet.
        message: Its message.
        advice: What a person can do about it; empty where there is nothing to be done.
        since: When the pause began, in seconds since the epoch.
        until: When one call tries whether it is over, likewise.
    """

    code: str
    message: str
    advice: str
    since: float
    until: float
