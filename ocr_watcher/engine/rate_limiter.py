"""Limits the number of calls a second."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from typing import TYPE_CHECKING

from ocr_watcher.errors import EndpointError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.errors import RateError

_TRICKLE = 0.1  # calls a second
_UNLIMITED_START = 10.0
"""The calls a second from which to slow down if no rate is set but the service has one. It is the
default of paid accounts."""
_RECOVERY_SECONDS = 60.0
_ON_THE_WAY = 0.9
"""With even spacing, one call more than a second may contain takes slightly longer than a second.
This share of the difference is kept for calls that are delayed on their way to the service: at 50
calls a second, 18 of 20 ms."""


class Spacing:
    """The times of calls: evenly spaced, and slower after the service refused calls as too many.

    This is a pure decision, fed with a clock. It is a token bucket with one token. The service
    rejects calls above the rate in short windows and does not queue them, so a burst after a pause
    is useless.

    The times are evenly spaced, but a thread may wake after its time, more so on a busy machine.
    The next calls may then follow too closely. So each thread asks once more right before its call,
    and no second has more calls than the rate and one.

    Args:
        qps: Calls a second; 0 means no limit.
    """

    def __init__(self, qps: float) -> None:
        self._configured = qps or float("inf")
        most = math.floor(qps) + 1  # calls within a second
        self._calls = deque([float("-inf")] * most, maxlen=most)
        self._window = 1 + _ON_THE_WAY * (most / qps - 1) if qps else 0.0
        self._rate = self._configured
        self._next = float("-inf")
        self._adapted = float("-inf")

    def reserve(self, now: float) -> float:
        """Reserve the time of the next call.

        Args:
            now: Seconds of a clock that only goes forward.

        Returns:
            The reserved time, by the same clock.
        """
        if self._rate < self._configured and now - self._adapted >= _RECOVERY_SECONDS:
            self._rate = min(self._configured, self._rate * 2)
            self._adapted = now
        when = max(now, self._next)
        self._next = when + 1 / self._rate
        return when

    def call(self, now: float) -> float:
        """Count a call whose time has come, unless too many calls were made just before it.

        With even spacing, one call more than a second may contain takes slightly longer than a
        second. Most of this difference is kept for calls that are delayed on their way to the
        service; the rest is for threads that wake late. Delaying a call here does not reduce the
        rate: the time that is required here is shorter than with even spacing, so later calls catch
        up.

        Args:
            now: Seconds of a clock that only goes forward.

        Returns:
            ``now`` if the call is counted; otherwise the time to ask again, by the same clock.
        """
        earliest = self._calls[0] + self._window
        if earliest > now:
            return earliest
        self._calls.append(now)
        return now

    def slow_down(self, now: float) -> bool:
        """Halve the rate, once for all calls that were in flight at the same time.

        Returns:
            False if the rate already has its minimum of one call in ten seconds; otherwise True.
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
    """The limiter of the calls of all threads: each call waits for its time.

    Args:
        qps: Calls a second over all threads, evenly spaced; 0 means no limit.
        sleep: A function that waits for a number of seconds, and raises an error to end the wait at
            once.
        clock: A function that returns the seconds of a clock that only goes forward.
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
        """Wait for the time of one call.

        Args:
            check: Called before and after each wait; raise an error where the call must not be made
                any more.
        """
        check()
        with self._lock:
            when = self._spacing.reserve(self._clock())
        while True:
            self._sleep(when - self._clock())  # for 0 s too: it counts as progress of the thread
            check()
            with self._lock:
                now = self._clock()
                when = self._spacing.call(now)
            if when <= now:
                return

    def slow_down(self, error: RateError) -> None:
        """Make fewer calls a second, after the service refused a call because of the rate.

        Raises:
            EndpointError: The service refuses even the least rate, so the rate is not the cause.
        """
        with self._lock:
            if self._spacing.slow_down(self._clock()):
                return
        raise EndpointError(
            error.code,
            "the service refuses even one call in ten seconds as too many",
            advice="claim the free quota of this endpoint in the console, and see whether the "
            "account's identity is verified",
        )
