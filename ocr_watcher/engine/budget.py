"""The count of the calls of a day, and its limit."""

from __future__ import annotations

import contextlib
import functools
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr_watcher.engine.page_key import PageKeys
from ocr_watcher.errors import QuotaError
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


class Budget:
    """The number of successful calls, which are the ones that are billed.

    Where a limit is set, calls in flight count as made, so that any number of threads together stay
    within it.
    """

    def __init__(
        self,
        ledger: Ledger,
        engine: EngineIdentity,
        *,
        daily_limit: int | None,
        day_of: Callable[[float], str],
        wall_clock: Callable[[], float] = time.time,
        heartbeats: Heartbeats | None = None,
    ) -> None:
        """Create the budget of an engine.

        Args:
            ledger: The ledger that keeps the counts and the readings.
            engine: The identity of the engine that is called.
            daily_limit: The most calls of a day; None where the settings give no limit.
            day_of: Return the day of the service, as ``2026-01-31``, given the time.
            wall_clock: Return the seconds since the epoch.
            heartbeats: The heartbeats of the threads; a thread's rests while it waits for room.
        """
        self._ledger = ledger
        self._engine = engine
        self._keys = PageKeys(engine)
        self._limit = daily_limit
        self._day_of = day_of
        self._wall_clock = wall_clock
        self._heartbeats = heartbeats or Heartbeats()
        self._changed = threading.Condition()
        self._in_flight = 0
        self._day = ""
        self._made = 0

    @contextlib.contextmanager
    def call(self) -> Iterator[Call]:
        """Reserve one call of the limit for as long as the context lasts.

        Where only the calls in flight fill the limit, wait for one of them to end: one that fails
        gives its place back.

        Raises:
            QuotaError: The limit of the day is reached.
        """
        with self._changed:
            while not self._has_room():
                with self._heartbeats.resting():
                    self._changed.wait()
            day = self._day
            self._in_flight += 1
        try:
            yield Call(functools.partial(self._paid, day))
        finally:
            self._end_call()

    def _has_room(self) -> bool:
        day = self._day_of(self._wall_clock())
        if day > self._day:
            self._made = 0
        self._day = day  # an earlier one is no new day: the clock was set back
        if self._limit is None:
            return True
        # The ledger has the calls of other processes too, but it may be lost; this number is not.
        counted = self._ledger.calls(day, self._engine.name, self._engine.endpoint)
        self._made = max(self._made, counted)
        if self._made >= self._limit:
            raise QuotaError(
                "daily-limit",
                f"the daily limit of {self._limit} calls is reached",
                advice=f"raise {self._engine.name}.daily_limit, or wait for tomorrow",
            )
        return self._made + self._in_flight < self._limit

    def _paid(self, day: str, page: Page, reading: Reading) -> None:
        with self._changed:
            self._made += day >= self._day
        # This is outside of the lock, as every call takes the lock and would wait for the disk.
        # Until it is on the disk the call counts as in flight, so no other call gets its place.
        engine = self._engine
        self._ledger.paid(self._keys.of(page), reading, day, engine.name, engine.endpoint)

    def _end_call(self) -> None:
        with self._changed:
            self._in_flight -= 1
            self._changed.notify_all()
