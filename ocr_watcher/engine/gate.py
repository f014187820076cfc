"""The one place that every call passes: its turn, its retries, and the pauses of the account."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from ocr_watcher.engine.clock_jumps import Countdown
from ocr_watcher.engine.pace import Pause, Spacing, pause_for
from ocr_watcher.engine.unknown_codes import UnknownCodes
from ocr_watcher.errors import (
    AccountError,
    OutageError,
    PausingError,
    RateError,
    Stopped,
    TransientError,
    UnknownFaultError,
)
from ocr_watcher.logs.fields import fields
from ocr_watcher.threads.heartbeat import Heartbeats

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ocr_watcher.errors import UnknownCodeError

_log = logging.getLogger(__name__)

_AN_OUTAGE = 3
"""Images in a row that met nothing but faults of the service."""
_LOOK_SECONDS = 5.0
"""How often who waits for the end of a pause looks whether the wall clock was set."""


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
        on_change: Callable[[Pause | None], None] = lambda _: None,
        heartbeats: Heartbeats | None = None,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
        look_seconds: float = _LOOK_SECONDS,
    ) -> None:
        """Makes an open gate.

        Args:
            qps: Calls a second over all threads, evenly spaced; 0 means no limit.
            on_change: Is told when a pause begins, goes on or ends; then with None.
            heartbeats: Is told that a thread rests while it waits here.
            clock: Seconds of a clock that only goes forward.
            wall_clock: Seconds since the epoch.
            look_seconds: How often who waits for the end of a pause looks at both clocks.
        """
        self._spacing = Spacing(qps)
        self._heartbeats = heartbeats or Heartbeats()
        self._clock = clock
        self._wall_clock = wall_clock
        self._changed = threading.Condition()
        self._pause: Pause | None = None
        self._countdown = Countdown()
        self._look_seconds = look_seconds
        self._proven = False
        self._scout: int | None = None
        self._closed = False
        self._on_change = on_change
        self._misses = 0
        self._probes = 0
        self._unknown = UnknownCodes()

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
        with self._heartbeats.resting(), self._changed:
            self._wait_for_turn()
        try:
            yield
        finally:
            with self._changed:
                if self._scout == threading.get_ident():
                    self._scout = None
                    self._changed.notify_all()

    def give_up(self, thread: int) -> None:
        """Wait no longer for a thread that may never come back: another one takes its turn.

        Args:
            thread: Its identifier.
        """
        with self._changed:
            if self._scout == thread:
                self._scout = None
                self._changed.notify_all()

    def sleep(self, seconds: float) -> None:
        """Sleeps, unless the gate is closed.

        Raises:
            Stopped: The gate was closed before or meanwhile.
        """
        end = self._clock() + seconds
        with self._heartbeats.resting(), self._changed:
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
            when = self._spacing.reserve(self._clock())
        while True:
            self.sleep(when - self._clock())  # none at all, too, begins the thread's step anew
            with self._changed:
                self._raise_if_paused()
                now = self._clock()
                when = self._spacing.call(now)
                if when <= now:
                    return

    def succeeded(self) -> None:
        """Tells that a call came back well: the account works.

        In a pause only the scout's word counts: a call that was made before the pause and comes
        back in it tells nothing of what follows.
        """
        with self._changed:
            self._misses = 0
            is_scout = self._scout == threading.get_ident()
            if is_scout or self._pause is None:
                self._unknown.passed()
            if not is_scout and (self._proven or self._pause is not None):
                return
            paused = self._pause is not None
            self._proven, self._pause, self._scout, self._probes = True, None, None, 0
            self._changed.notify_all()
        if paused:
            _log.info("calls are made again")
            self._on_change(None)

    def missed(self, error: TransientError) -> None:
        """Tells that a call did not come back well, however often it was repeated.

        One image may have bad luck. Several in a row, none between them that was read, are an
        outage: there is no use in trying every image that waits.
        """
        with self._changed:
            self._misses += 1
            if self._misses < _AN_OUTAGE and self._pause is None:
                return
        advice = error.advice or "see whether the network and the service are up"
        self.stop_calls(OutageError("outage", f"the service fails: {error}", advice=advice))

    def met_unknown_code(self, error: UnknownCodeError, image: bytes) -> None:
        """Note that a call was refused with a code that no table knows.

        Args:
            error: The refusal.
            image: The digest of what was sent.

        Raises:
            UnknownFaultError: One image after the other meets it: it is the account's fault.
        """
        with self._changed:
            if not self._unknown.met(image):
                return
        raise UnknownFaultError(
            error.code,
            f"one image after the other meets an unknown code: {error}",
            advice=f"{error.advice} What failed with it earlier waits again by ocr-watcher retry.",
        )

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
        """Tells that every call would fail alike: nobody passes until it is worth a try.

        In a pause, a call that was made before it may tell of another fault, and make it longer,
        but not shorter.
        """
        with self._changed:
            self._notice_jump()
            before, probed = self._pause, self._scout == threading.get_ident()
            now, wall = self._clock(), self._wall_clock()
            pause = pause_for(error, wall, self._probes)
            due = now + pause.until - wall
            if before is not None:
                known = error.code == before.error.code or due <= self._countdown.due
                if known and not probed:
                    return
                pause = replace(pause, since=before.since)
            if before is None or probed:
                self._probes += 1
            if before is None:
                self._countdown.begin(now, wall)
            self._pause, self._countdown.due = pause, due
            self._changed.notify_all()
        if before is None or before.error.code != error.code:
            _log.error(
                "no calls are made: %s; %s",
                error,
                error.advice,
                extra=fields(code=error.code, until=_moment(pause.until)),
            )
        self._on_change(pause)

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
            self._notice_jump()
            wait = self._countdown.due - self._clock() if self._pause is not None else 0.0
            if self._scout is None and wait <= 0:
                self._scout = threading.get_ident()
                return
            self._changed.wait(min(wait, self._look_seconds) if wait > 0 else None)

    def _notice_jump(self) -> None:
        """Has one call tried at once where the wall clock was set; needs the lock."""
        if self._pause is None:
            return
        before = self._pause
        self._pause = self._countdown.as_of(before, self._clock(), self._wall_clock())
        if self._pause is not before:
            moved = round(self._pause.since - before.since)
            _log.info("the clock was set, or the machine slept", extra=fields(seconds=moved))

    def _raise_if_paused(self) -> None:
        self._raise_if_closed()
        if self._pause is not None and self._scout != threading.get_ident():
            raise self._pause.error.with_traceback(None)  # it is raised again and again

    def _raise_if_closed(self) -> None:
        if self._closed:
            raise Stopped


def _moment(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S %z", time.localtime(seconds))
