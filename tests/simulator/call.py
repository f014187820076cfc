"""What the simulator remembers of a call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an endpoint.

    Attributes:
        endpoint: The last part of its path.
        sha256: The hash of the image as it arrived, decoded; empty if none could be decoded.
        words: What the image carries, lines separated by newlines.
        token: The access token it came with.
        bearer: What it carried in the header ``Authorization`` after ``Bearer``.
        options: Its options, as sent.
        at: The time when it arrived, by the monotonic clock.
        billed: Whether it was read and counts towards the quota.
        code: The error code answered; 0 for none, and for an answer that is no answer.
    """

    endpoint: str
    sha256: str
    words: str
    token: str
    options: Mapping[str, str]
    at: float
    billed: bool = False
    code: int | str = 0
    bearer: str = ""
