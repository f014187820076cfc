"""How fast calls may follow each other."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from typing import TYPE_CHECKING

from ocr_watcher.errors import AccountError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.errors import RateError

_TRICKLE = 0.1  # calls a second
_UNLIMITED_START = 10.0  # calls a second: the paid default, where no rate was set but one exists
_RECOVERY_SECONDS = 60.0
_ON_THE_WAY = 0.9
"""Of the time by which even spacing exceeds a second: at 50 calls a second, 18 of 20 ms."""


class Spacing:
    """The times of calls: evenly spaced, and slower where the service says that they are too many.

    This is a pure decision, fed with a clock. The service rejects what is over the rate in short
    windows and does not queue it, so a burst after a pause is of no use: it is a token bucket that
    holds one token.

    Slots are kept evenly, but a thread wakes late for its own, more so on a busy machine: one
    that is late and those after it come too near to each other. So each call asks once more
    before it is made, and no second holds more of them than the rate and one.

    Args:
        qps: Calls a second; 0 means no limit.
    """

    def __init__(self, qps: float) -> None:
        self._configured = qps or float("inf")
        most = math.floor(qps) + 1  # in a second
        self._calls = deque([float("-inf")] * most, maxlen=most)
        self._window = 1 + _ON_THE_WAY * (most / qps - 1) if qps else 0.0
        self._rate = self._configured
        self._next = float("-inf")
        self._adapted = float("-inf")

    def reserve(self, now: float) -> float:
        """Take the next slot.

        Args:
            now: Seconds of a clock that only goes forward.

        Returns:
            When the slot is, by the same clock.
        """
        if self._rate < self._configured and now - self._adapted >= _RECOVERY_SECONDS:
            self._rate = min(self._configured, self._rate * 2)
            self._adapted = now
        slot = max(now, self._next)
        self._next = slot + 1 / self._rate
        return slot

    def call(self, now: float) -> float:
        """Count a call whose slot has come, unless too many were made just before it.

        Evenly spaced, one call more than a second may hold takes a little longer than a second.
        Nearly all of that little is for calls that are held up on their way to the service, and the
        rest for threads that wake late. A call that is held back here costs no speed, for the
        calls after it catch up: this takes less time than even spacing does.

        Args:
            now: Seconds of a clock that only goes forward.

        Returns:
            ``now`` where the call is counted; else when to ask again, by the same clock.
        """
        earliest = self._calls[0] + self._window
        if earliest > now:
            return earliest
        self._calls.append(now)
        return now

    def slow_down(self, now: float) -> bool:
        """Halve the rate, once for all the calls that were under way together.

        Returns:
            Whether there was anything to give: False at a trickle, one call in ten seconds.
        """
        if now - self._adapted < 1 / self._rate:
            return True
        if self._rate <= _TRICKLE:
            return False
        self._rate = max(_TRICKLE, min(self._rate, _UNLIMITED_START) / 2)
        self._adapted = now
        self._next = max(self._next, now + 1 / self._rate)
        return True


class RateLimiter:
    """Holds the calls of all threads back until it is their time.

    Args:
        qps: Calls a second over all threads, evenly spaced; 0 means no limit.
        sleep: Wait so many seconds, or raise where the wait is to end at once.
        clock: Seconds of a clock that only goes forward.
    """

    def __init__(
        self,
        qps: float,
        *,
        sleep: Callable[[float], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._spacing = Spacing(qps)
        self._sleep = sleep
        self._clock = clock
        self._lock = threading.Lock()

    def wait(self, check: Callable[[], None] = lambda: None) -> None:
        """Wait for the slot of one call.

        Args:
            check: Raise where the call is not to be made any more; asked before and after each
                wait.
        """
        check()
        with self._lock:
            when = self._spacing.reserve(self._clock())
        while True:
            self._sleep(when - self._clock())  # also for no time: the thread's step begins anew
            check()
            with self._lock:
                now = self._clock()
                when = self._spacing.call(now)
            if when <= now:
                return

    def slow_down(self, error: RateError) -> None:
        """Make fewer calls a second, as the service asks.

        Raises:
            AccountError: It refuses even a trickle: then the rate is not what is wrong.
        """
        with self._lock:
            if self._spacing.slow_down(self._clock()):
                return
        raise AccountError(
            error.code,
            "the service refuses even one call in ten seconds as too many",
            advice="claim the free quota of this endpoint in the console, and see whether the "
            "account's identity is verified",
        )
