"""How many calls were made today, and how many may be made."""

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
    """A call that there is room for.

    Attributes:
        paid: To be called with the page and its reading where the call came back well: its count
            and the reading are on the disk when it returns.
    """

    paid: Callable[[Page, Reading], None]


class Budget:
    """The number of calls that came back well, which are those that are billed.

    Where a limit is set, calls in flight count as made, so that no number of threads makes one
    too many.
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
            ledger: Keeps the counts and the readings.
            engine: What is called.
            daily_limit: Most calls a day; None for no limit of ours.
            day_of: Return the day of the service, as ``2026-01-31``, given the time.
            wall_clock: Seconds since the epoch.
            heartbeats: Of the threads; one rests while it waits for room.
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
        """Make room for one call, for as long as the context lasts.

        Where only the calls in flight fill the limit, wait for them: one that is not paid gives
        its place back.

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
            self._land()

    def _has_room(self) -> bool:
        day = self._day_of(self._wall_clock())
        if day > self._day:
            self._made = 0
        self._day = day  # an earlier one is no new day: the clock was set, and the calls were made
        if self._limit is None:
            return True
        # Other processes count in the ledger, too; but it may be lost, and this number is not.
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
        # Not within: every call passes there, and would wait for the disk. Until it is written
        # down the call is in flight as well, so that its place is not given away meanwhile.
        engine = self._engine
        self._ledger.paid(self._keys.of(page), reading, day, engine.name, engine.endpoint)

    def _land(self) -> None:
        with self._changed:
            self._in_flight -= 1
            self._changed.notify_all()
