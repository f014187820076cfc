"""A circuit breaker, the fake engine behind it, and threads that work as the workers do."""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.engine.baidu.days import beijing_day, beijing_midnight
from ocr_watcher.engine.budget import Allowance, Budget
from ocr_watcher.engine.circuit_breaker import CircuitBreaker
from ocr_watcher.engine.rate_limiter import RateLimiter
from ocr_watcher.engine.retrying import RetryingEngine
from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.values.backoff import BackOff
from ocr_watcher.values.page import Page
from tests.engine.fake import FakeEngine
from tests.simulator.pictures import png

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from ocr_watcher.errors import EngineError, PausingError
    from ocr_watcher.values.pause import Pause
    from ocr_watcher.values.reading import Reading

SOON = BackOff(first_seconds=0.001, longest_seconds=0.002)
LATE = BackOff(first_seconds=86_400, longest_seconds=86_400)


class SettableClock:
    """Runs like another clock, and can be set."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._ahead = 0.0

    def __call__(self) -> float:
        return self._clock() + self._ahead

    def set_to(self, moment: float) -> None:
        self._ahead = moment - self._clock()

    def set_by(self, seconds: float) -> None:
        self._ahead += seconds


class Bench:
    """A circuit breaker, the fake engine behind it, and threads that work as the workers do.

    Attributes:
        changes: What the breaker told: every pause, and None at the end of one.
    """

    def __init__(
        self,
        qps: float = 0,
        back_off: BackOff = SOON,
        clock: Callable[[], float] = time.monotonic,
        daily_limit: int | None = None,
    ) -> None:
        self.fake = FakeEngine()
        self.wall_clock, self.clock = SettableClock(), SettableClock(clock)
        self.changes: list[Pause | None] = []
        self.breaker = CircuitBreaker(
            on_change=self.changes.append,
            next_grant=beijing_midnight,
            clock=self.clock,
            wall_clock=self.wall_clock,
            look_seconds=0.01,
        )
        self._directory = TemporaryDirectory()
        self.ledger = Ledger(Path(self._directory.name))
        self.engine = RetryingEngine(
            self.fake,
            breaker=self.breaker,
            limiter=RateLimiter(qps, sleep=self.breaker.sleep, clock=self.clock),
            budget=Budget(
                Allowance(
                    self.ledger,
                    self.fake.identity.name,
                    daily_limit=daily_limit,
                    day_of=beijing_day,
                    wall_clock=self.wall_clock,
                ),
                self.ledger,
                self.fake.identity,
            ),
            back_off=back_off,
        )
        self.threads = ThreadPoolExecutor(16)

    @property
    def pauses(self) -> list[tuple[str, str]]:
        return [(change.code, change.message) for change in self.changes if change is not None]

    def work(self, words: str = "words") -> Reading:
        with self.breaker.permit() as permit:
            return self.engine.read(page(words), permit)

    def in_a_thread(self, words: str = "words") -> Future[Reading]:
        return self.threads.submit(self.work, words)

    def prove(self) -> None:
        self.work("proof")
        self.fake.calls.clear()

    def pause(self, error: PausingError) -> None:
        self.fake.next_faults.append(error)
        with pytest.raises(type(error)):
            self.work()
        self.fake.calls.clear()

    def skip_to_the_end_of_the_pause(self) -> None:
        assert self.breaker.pause is not None
        self.pass_until(self.breaker.pause.until - 0.03)

    def pass_until(self, moment: float) -> None:
        """Lets time pass, for both clocks, until the one on the wall shows a moment."""
        seconds = moment - self.wall_clock()
        for clock in (self.wall_clock, self.clock):
            clock.set_by(seconds)

    def close(self) -> None:
        self.fake.release()
        self.breaker.stop()
        self.threads.shutdown()
        self.ledger.close()
        self._directory.cleanup()


def told(error: EngineError) -> tuple[str, str]:
    """The same as a pause tells of the fault that began it."""
    return str(error.code), str(error)


def page(words: str = "words") -> Page:
    return Page(png(words), "PNG", 200, 60)


def levels(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.levelname for record in caplog.records if record.levelno > logging.DEBUG]
