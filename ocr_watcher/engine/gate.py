"""The one place that every call passes: its turn, its retries, and the pauses of the account."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import tenacity

from ocr_watcher.engine.pace import Pause, Spacing, pause_for
from ocr_watcher.errors import (
    AccountError,
    DoubtfulImageError,
    ImageError,
    OversizeError,
    PausingError,
    RateError,
    Stopped,
    TransientError,
)
from ocr_watcher.service.logs import fields

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ocr_watcher.engine.interface import Description, Engine, Limits, Page, Reading
    from ocr_watcher.settings.model import RetrySettings

_log = logging.getLogger(__name__)

_QUICK_TRIES = 3
"""Of one page in a row, by the worker that has it; after them the image waits its turn anew."""
_LONGEST_WAIT = 60.0  # seconds; the wall clock may be set while we wait for a time on it


class Gate:
    """Lets calls through one after the other, or not at all.

    While the account is paused nobody passes; when the pause is over, one does, and its fate
    tells whether the others may follow. The same holds at the start: as long as no call has come
    back well, one at a time is made, so that wrong keys or a used-up quota cost one call, and
    not one for each worker.
    """

    def __init__(
        self,
        qps: float,
        *,
        on_pause: Callable[[Pause], None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        """Makes an open gate.

        Args:
            qps: Calls a second over all threads, evenly spaced; 0 means no limit.
            on_pause: Is told when a pause begins.
            clock: Seconds of a clock that only goes forward.
            wall_clock: Seconds since the epoch.
        """
        self._spacing = Spacing(qps)
        self._clock = clock
        self._wall_clock = wall_clock
        self._changed = threading.Condition()
        self._pause: Pause | None = None
        self._proven = False
        self._scout: int | None = None
        self._closed = False
        self._on_pause = on_pause

    @property
    def pause(self) -> Pause | None:
        """Why no calls are made; None where they are."""
        with self._changed:
            return self._pause

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Waits until the calling thread may work on an image.

        Raises:
            Stopped: The gate was closed.
        """
        with self._changed:
            self._wait_for_turn()
        try:
            yield
        finally:
            with self._changed:
                if self._scout == threading.get_ident():
                    self._scout = None
                    self._changed.notify_all()

    def sleep(self, seconds: float) -> None:
        """Sleeps, unless the gate is closed.

        Raises:
            Stopped: The gate was closed before or meanwhile.
        """
        end = self._clock() + seconds
        with self._changed:
            self._changed.wait_for(lambda: self._closed, max(0.0, end - self._clock()))
            self._raise_if_closed()

    def enter(self) -> None:
        """Waits for the slot of one call.

        Raises:
            PausingError: The account was paused meanwhile.
            Stopped: The gate was closed before the call was made.
        """
        with self._changed:
            self._raise_if_paused()
            slot = self._spacing.reserve(self._clock())
        self.sleep(slot - self._clock())
        with self._changed:
            self._raise_if_paused()

    def succeeded(self) -> None:
        """Tells that a call came back well: the account works.

        In a pause only the scout's word counts: a call that was made before the pause and comes
        back in it tells nothing of what follows.
        """
        with self._changed:
            if self._scout != threading.get_ident() and (self._proven or self._pause is not None):
                return
            if self._pause is not None:
                _log.info("calls are made again", extra=fields(engine_state="ready"))
            self._proven, self._pause, self._scout = True, None, None
            self._changed.notify_all()

    def slow_down(self, error: RateError) -> None:
        """Tells that the account makes too many calls a second.

        Raises:
            AccountError: It does so at a trickle: then the rate is not what is wrong.
        """
        with self._changed:
            if self._spacing.slow_down(self._clock()):
                return
        raise AccountError(
            error.code,
            "the service refuses even one call in ten seconds as too many",
            advice="claim the free quota of this endpoint in the console, and see whether the "
            "account's identity is verified",
        )

    def stop_calls(self, error: PausingError) -> None:
        """Tells that every call would fail alike: nobody passes until it is worth a try."""
        with self._changed:
            before, pause = self._pause, pause_for(error, self._wall_clock())
            if before is not None:
                pause = replace(pause, since=before.since)
            self._pause = pause
            self._changed.notify_all()
        if before is None or before.error.code != error.code:
            _log.error(
                "no calls are made: %s; %s",
                error,
                error.advice,
                extra=fields(code=error.code, until=_moment(pause.until)),
            )
            self._on_pause(pause)

    def close(self) -> None:
        """Ends every wait, now and later, with `Stopped`."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _wait_for_turn(self) -> None:
        while True:
            self._raise_if_closed()
            if self._proven and self._pause is None:
                return
            wait = self._pause.until - self._wall_clock() if self._pause is not None else 0.0
            if self._scout is None and wait <= 0:
                self._scout = threading.get_ident()
                return
            self._changed.wait(min(wait, _LONGEST_WAIT) if wait > 0 else None)

    def _raise_if_paused(self) -> None:
        self._raise_if_closed()
        if self._pause is not None and self._scout != threading.get_ident():
            raise self._pause.error

    def _raise_if_closed(self) -> None:
        if self._closed:
            raise Stopped


class GatedEngine:
    """An engine behind a gate: itself an engine, and the only one that workers know."""

    def __init__(self, engine: Engine, gate: Gate, retry: RetrySettings) -> None:
        """Takes its collaborators.

        Args:
            engine: Makes one call a page.
            gate: Lets the calls through.
            retry: How long to wait between the tries of one call.
        """
        self._engine = engine
        self._gate = gate
        self._wait = tenacity.wait_random_exponential(
            multiplier=retry.first_seconds, max=retry.longest_seconds
        )

    @property
    def description(self) -> Description:
        """How sidecars name the engine."""
        return self._engine.description

    @property
    def limits(self) -> Limits:
        """What the engine takes."""
        return self._engine.limits

    def recognise(self, page: Page) -> Reading:
        """Reads one page, repeating what is worth it at once.

        Raises:
            EngineError: The last fault; never a `RateError`, for that is waited out.
            Stopped: The gate was closed; no further call was made.
        """
        reading: Reading = self._retrying()(self._call, page)
        return reading

    def probe(self) -> str:
        """Does what can be done without an image to prove that pages can be read."""
        return self._engine.probe()

    def close(self) -> None:
        """Closes the engine."""
        self._engine.close()

    def _retrying(self) -> tenacity.Retrying:
        # Each class has its own bound: a blip is repeated a few times, a rate until the gate
        # itself has had enough, and all else not at all. The sleep is the gate's, which raises
        # when it is closed: tenacity would make one more call.
        return tenacity.Retrying(
            retry=tenacity.retry_if_exception_type((TransientError, RateError)),
            stop=_few_tries_of_transient_errors,
            wait=self._delay,
            sleep=self._gate.sleep,
            before_sleep=_tell,
            reraise=True,
        )

    def _delay(self, state: tenacity.RetryCallState) -> float:
        return 0.0 if isinstance(_error(state), RateError) else self._wait(state)

    def _call(self, page: Page) -> Reading:
        self._gate.enter()
        try:
            reading = self._engine.recognise(page)
        except RateError as error:
            self._slow_down(error)
            raise
        except PausingError as error:
            self._gate.stop_calls(error)
            raise
        except (DoubtfulImageError, OversizeError):
            raise
        except ImageError:
            self._gate.succeeded()  # the service has looked at it: the account works
            raise
        self._gate.succeeded()
        return reading

    def _slow_down(self, error: RateError) -> None:
        try:
            self._gate.slow_down(error)
        except AccountError as account:
            self._gate.stop_calls(account)
            raise


def _few_tries_of_transient_errors(state: tenacity.RetryCallState) -> bool:
    return isinstance(_error(state), TransientError) and state.attempt_number >= _QUICK_TRIES


def _error(state: tenacity.RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome is not None else None


def _tell(state: tenacity.RetryCallState) -> None:
    _log.debug("the call is repeated: %s", _error(state))


def _moment(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S %z", time.localtime(seconds))
