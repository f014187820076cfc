"""A token bucket, for rates."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Bucket:
    """A bucket of tokens that fills evenly; a token from an empty bucket must be waited for."""

    def __init__(
        self, a_second: float, burst: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Begin with a full bucket.

        Args:
            a_second: The tokens that are added in a second.
            burst: The most tokens in the bucket.
            clock: A function that returns the seconds of a clock that only goes forward.
        """
        self._a_second = a_second
        self._burst = float(burst)
        self._clock = clock
        self._tokens = self._burst
        self._filled = clock()

    @property
    def has_one(self) -> bool:
        """Whether a token can be taken without a wait."""
        self._fill()
        return self._tokens >= 1.0

    def take(self, longest: float = float("inf")) -> float | None:
        """Take a token.

        Args:
            longest: The longest wait for it, in seconds.

        Returns:
            The seconds to wait for it; None if that is too long, so that no token is taken.
        """
        self._fill()
        wait = max(0.0, (1.0 - self._tokens) / self._a_second)
        if wait > longest:
            return None
        self._tokens -= 1.0
        return wait

    def _fill(self) -> None:
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._filled) * self._a_second)
        self._filled = now
