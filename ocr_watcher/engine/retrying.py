"""An engine whose calls wait for the rate limit, are counted, and are repeated."""

from __future__ import annotations

import contextlib
import logging
from functools import partial
from typing import TYPE_CHECKING

import tenacity

from ocr_watcher.engine.guarded import GuardedEngine
from ocr_watcher.errors import (
    AccountError,
    DoubtfulImageError,
    ImageError,
    OversizeError,
    PausingError,
    RateError,
    TransientError,
    UnknownCodeError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ocr_watcher.engine.breaker import Breaker
    from ocr_watcher.engine.budget import Budget
    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.engine.permit import Permit
    from ocr_watcher.engine.rate_limiter import RateLimiter
    from ocr_watcher.values.backoff import BackOff
    from ocr_watcher.values.page import Page
    from ocr_watcher.values.reading import Reading

_log = logging.getLogger(__name__)

_QUICK_TRIES = 3
"""The most tries of a page in a row by the same worker; after them the image goes back to the
queue."""


class RetryingEngine(GuardedEngine):
    """An engine whose calls are spaced, counted and repeated, and not made while all would fail."""

    def __init__(
        self,
        engine: Engine,
        *,
        breaker: Breaker,
        limiter: RateLimiter,
        budget: Budget,
        back_off: BackOff,
    ) -> None:
        """Wrap an engine.

        Args:
            engine: The engine that makes one call for each page.
            breaker: The circuit breaker, which stops all calls while each would fail.
            limiter: The rate limiter, which spaces the calls.
            budget: The budget, which counts the calls and stores their readings.
            back_off: The delays between the tries of one call.
        """
        super().__init__(engine)
        self._breaker = breaker
        self._limiter = limiter
        self._budget = budget
        self._wait = tenacity.wait_random_exponential(
            multiplier=back_off.first_seconds, max=back_off.longest_seconds
        )
        # Each class of errors has its own limit. Calls with a transient error are repeated a few
        # times, calls above the rate until the rate limiter cannot slow down any more, and others
        # not at all. The breaker's sleep raises when the program is to stop, as tenacity would make
        # one more call. tenacity keeps the state of a retry for each thread.
        self._retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type((TransientError, RateError)),
            stop=_few_tries_of_transient_errors,
            wait=self._delay,
            sleep=breaker.sleep,
            before_sleep=_log_repetition,
            reraise=True,
        )

    def read(self, page: Page, permit: Permit) -> Reading:
        """Read one page; repeat the call at once after errors that may pass.

        Raises:
            EngineError: The last fault; never a `RateError`, as such calls are repeated until they
            pass.
            ClaimError: The permit is no longer confirmed; no further call was made.
            Stopped: The program was asked to stop; no further call was made.
        """
        try:
            reading: Reading = self._retrying(self._call, page, permit)
        except TransientError as error:
            self._breaker.missed(error, permit)
            raise
        return reading

    def _delay(self, state: tenacity.RetryCallState) -> float:
        return 0.0 if isinstance(_error(state), RateError) else self._wait(state)

    def _call(self, page: Page, permit: Permit) -> Reading:
        with contextlib.ExitStack() as room:
            with self._faults_reported(page, permit):
                call = room.enter_context(self._budget.call())
            # This check comes last, as a pause may have begun during the wait for room.
            self._limiter.wait(partial(self._breaker.check, permit))
            permit.confirm()
            with self._faults_reported(page, permit):
                reading = self._engine.recognise(page)
            call.paid(page, reading)
        self._breaker.succeeded(permit)
        return reading

    @contextlib.contextmanager
    def _faults_reported(self, page: Page, permit: Permit) -> Iterator[None]:
        try:
            yield
        except RateError as error:
            self._stop_if_account(partial(self._limiter.slow_down, error), permit)
            raise
        except UnknownCodeError as error:
            judge = partial(self._breaker.met_unknown_code, error, page.digest)
            self._stop_if_account(judge, permit)
            raise
        except PausingError as error:
            self._breaker.stop_calls(error, permit)
            raise
        except (DoubtfulImageError, OversizeError):
            raise
        except ImageError:
            self._breaker.succeeded(permit)  # the service examined the image, so the account works
            raise

    def _stop_if_account(self, judge: Callable[[], None], permit: Permit) -> None:
        try:
            judge()
        except AccountError as account:
            self._breaker.stop_calls(account, permit)
            raise


def _few_tries_of_transient_errors(state: tenacity.RetryCallState) -> bool:
    return isinstance(_error(state), TransientError) and state.attempt_number >= _QUICK_TRIES


def _error(state: tenacity.RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome is not None else None


def _log_repetition(state: tenacity.RetryCallState) -> None:
    _log.debug("the call is repeated: %s", _error(state))
