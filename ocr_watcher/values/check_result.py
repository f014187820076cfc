"""One line of what ``check`` reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the report.

    Attributes:
        verdict: ``ok``, ``warn`` (the daemon runs, but something should be changed) or ``fail``.
        subject: What was tested.
        finding: What was found, and what to do about it.
    """

    verdict: Literal["ok", "warn", "fail"]
    subject: str
    finding: str
