"""The count of the calls of a day, and its limit."""

from __future__ import annotations

import contextlib
import functools
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr_watcher.engine.page_key import PageKeys
from ocr_watcher.errors import LimitError
from ocr_watcher.threads.heartbeat import Heartbeats

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ocr_watcher.ledger.ledger import Ledger
    from ocr_watcher.values.page import Page
    from ocr_watcher.values.reading import EngineIdentity, Reading


@dataclass(frozen=True, slots=True)
class Call:
    """A call for which the limit of the day has room.

    Attributes:
        paid: A function to call with the page and its reading after a successful call. When it
            returns, the count of the call and the reading are on the disk.
    """

    paid: Callable[[Page, Reading], None]


class Allowance:
    """The number of calls that may be made on a day, over all endpoints of an engine.

    Calls in flight count as made, so that any number of threads stays within the limit.
    """

    def __init__(
        self,
        ledger: Ledger,
        engine: str,
        *,
        daily_limit: int | None,
        day_of: Callable[[float], str],
        wall_clock: Callable[[], float] = time.time,
        heartbeats: Heartbeats | None = None,
    ) -> None:
        """Create the allowance of an engine.

        Args:
            ledger: The ledger that keeps the counts.
            engine: The name of the engine that is called.
            daily_limit: The most calls of a day; None if the settings give no limit.
            day_of: A function that returns the day of the service, as ``2026-01-31``, given the
                time.
            wall_clock: A function that returns the seconds since the epoch.
            heartbeats: The heartbeats of the threads; a thread's rests while it waits for room.
        """
        self._ledger = ledger
        self._engine = engine
        self._limit = daily_limit
        self._day_of = day_of
        self._wall_clock = wall_clock
        self._heartbeats = heartbeats or Heartbeats()
        self._changed = threading.Condition()
        self._in_flight = 0
        self._day = ""
        self._made = 0

    @contextlib.contextmanager
    def call(self) -> Iterator[str]:
        """Reserve one call of the limit until the context ends, and return the day of the call.

        If only the calls in flight fill the limit, wait for one of them to end: a call that fails
        does not count.

        Raises:
            LimitError: The limit of the day is reached.
        """
        with self._changed:
            while not self._has_room():
                with self._heartbeats.resting():
                    self._changed.wait()
            day = self._day
            self._in_flight += 1
        try:
            yield day
        finally:
            self._end_call()

    def paid(self, day: str) -> None:
        """Count a successful call.

        Args:
            day: The day for which it counts.
        """
        with self._changed:
            self._made += day >= self._day

    def _has_room(self) -> bool:
        day = self._day_of(self._wall_clock())
        if day > self._day:
            self._made = 0
        self._day = day  # an earlier day is no new day, as the clock was set back
        if self._limit is None:
            return True
        # The ledger also has the calls of other processes, but it may be lost, unlike this number.
        self._made = max(self._made, self._ledger.calls(day, self._engine))
        if self._made >= self._limit:
            raise LimitError(
                "daily-limit",
                f"the daily limit of {self._limit} calls is reached",
                advice=f"raise {self._engine}.daily_limit, or wait for tomorrow",
            )
        return self._made + self._in_flight < self._limit

    def _end_call(self) -> None:
        with self._changed:
            self._in_flight -= 1
            self._changed.notify_all()


class Budget:
    """The number of successful calls of one endpoint, which are those that are billed."""

    def __init__(self, allowance: Allowance, ledger: Ledger, engine: EngineIdentity) -> None:
        """Create the budget of an endpoint.

        Args:
            allowance: The number of calls that may be made, over all endpoints.
            ledger: The ledger, which keeps the counts and the readings.
            engine: The engine that is called.
        """
        self._allowance = allowance
        self._ledger = ledger
        self._engine = engine
        self._keys = PageKeys(engine)

    @contextlib.contextmanager
    def call(self) -> Iterator[Call]:
        """Reserve one call until the context ends.

        Raises:
            LimitError: The limit of the day is reached.
        """
        with self._allowance.call() as day:
            yield Call(functools.partial(self._paid, day))

    def _paid(self, day: str, page: Page, reading: Reading) -> None:
        self._allowance.paid(day)
        # No lock is held, as every call would then wait for the disk. The call counts as in flight
        # until it is stored, so that no other call takes its place meanwhile.
        engine = self._engine
        self._ledger.paid(self._keys.of(page), reading, day, engine.name, engine.endpoint)
