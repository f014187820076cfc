"""A limit on the share of the time for some work."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class TimeShare:
    """A store of seconds for work: work takes seconds out, and the store fills evenly."""

    def __init__(
        self, most: float, share: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Begin with a full store.

        Args:
            most: The seconds that the store holds.
            share: The seconds that are added to it in a second.
            clock: A function that returns the seconds of a clock that only goes forward.
        """
        self._most = most
        self._share = share
        self._clock = clock
        self._left = most
        self._filled = clock()

    def worked(self, seconds: float) -> None:
        """Take seconds of work out of the store, even more than it has."""
        self._fill()
        self._left -= seconds

    def wait(self) -> float:
        """Return the seconds until work may begin again; 0 if it may begin now."""
        self._fill()
        return max(0.0, -self._left / self._share)

    def _fill(self) -> None:
        now = self._clock()
        self._left = min(self._most, self._left + (now - self._filled) * self._share)
        self._filled = now
