"""Delays that grow with the number of tries."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BackOff:
    """An exponential back-off.

    Attributes:
        first_seconds: The longest delay after one try.
        longest_seconds: The longest delay after any number of tries.
    """

    first_seconds: float
    longest_seconds: float

    def ceiling(self, earlier: int) -> float:
        """Return the longest delay after a try, in seconds; the caller adds the jitter.

        Args:
            earlier: The number of tries before that one.
        """
        return min(self.longest_seconds, self.first_seconds * 2.0 ** min(earlier, 60))
