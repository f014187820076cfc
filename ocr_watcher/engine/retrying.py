"""An engine behind the gate: calls wait for their slot, are counted, and are repeated."""

from __future__ import annotations

import contextlib
import logging
from functools import partial
from typing import TYPE_CHECKING

import tenacity

from ocr_watcher.engine.wrapper import EngineWrapper
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

    from ocr_watcher.engine.budget import Budget
    from ocr_watcher.engine.gate import Gate
    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.settings.model import RetrySettings
    from ocr_watcher.values.page import Page
    from ocr_watcher.values.reading import Reading

_log = logging.getLogger(__name__)

_QUICK_TRIES = 3
"""Of one page in a row, by the worker that has it; after them the image waits its turn anew."""


class RetryingEngine(EngineWrapper):
    """An engine behind a gate: itself an engine, and the only one that workers know."""

    def __init__(self, engine: Engine, gate: Gate, budget: Budget, retry: RetrySettings) -> None:
        """Takes its collaborators.

        Args:
            engine: Makes one call a page.
            gate: Lets the calls through.
            budget: Counts them, and keeps what they answered.
            retry: How long to wait between the tries of one call.
        """
        super().__init__(engine)
        self._gate = gate
        self._budget = budget
        self._wait = tenacity.wait_random_exponential(
            multiplier=retry.first_seconds, max=retry.longest_seconds
        )
        # Each class has its own bound: a blip is repeated a few times, a rate until the gate
        # itself has had enough, and all else not at all. The sleep is the gate's, which raises
        # when it is closed: tenacity would make one more call. It keeps its state by thread.
        self._retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type((TransientError, RateError)),
            stop=_few_tries_of_transient_errors,
            wait=self._delay,
            sleep=gate.sleep,
            before_sleep=_tell,
            reraise=True,
        )

    def recognise(self, page: Page) -> Reading:
        """Reads one page, repeating what is worth it at once.

        Raises:
            EngineError: The last fault; never a `RateError`, for that is waited out.
            Stopped: The gate was closed; no further call was made.
        """
        try:
            reading: Reading = self._retrying(self._call, page)
        except TransientError as error:
            self._gate.missed(error)
            raise
        return reading

    def _delay(self, state: tenacity.RetryCallState) -> float:
        return 0.0 if isinstance(_error(state), RateError) else self._wait(state)

    def _call(self, page: Page) -> Reading:
        with contextlib.ExitStack() as room:
            with self._faults_told(page):
                call = room.enter_context(self._budget.call())
            # Last of all: while room was waited for, the gate may have been closed.
            self._gate.enter()
            with self._faults_told(page):
                reading = self._engine.recognise(page)
            call.paid(page, reading)
        self._gate.succeeded()
        return reading

    @contextlib.contextmanager
    def _faults_told(self, page: Page) -> Iterator[None]:
        try:
            yield
        except RateError as error:
            self._stop_if_account(partial(self._gate.slow_down, error))
            raise
        except UnknownCodeError as error:
            self._stop_if_account(partial(self._gate.met_unknown_code, error, page.digest))
            raise
        except PausingError as error:
            self._gate.stop_calls(error)
            raise
        except (DoubtfulImageError, OversizeError):
            raise
        except ImageError:
            self._gate.succeeded()  # the service has looked at it: the account works
            raise

    def _stop_if_account(self, judge: Callable[[], None]) -> None:
        try:
            judge()
        except AccountError as account:
            self._gate.stop_calls(account)
            raise


def _few_tries_of_transient_errors(state: tenacity.RetryCallState) -> bool:
    return isinstance(_error(state), TransientError) and state.attempt_number >= _QUICK_TRIES


def _error(state: tenacity.RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome is not None else None


def _tell(state: tenacity.RetryCallState) -> None:
    _log.debug("the call is repeated: %s", _error(state))
