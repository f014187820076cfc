"""The circuit breaker: stops all calls if each would fail, and allows them again."""

from __future__ import annotations

import contextlib
import enum
import logging
import threading
import time
from typing import TYPE_CHECKING

from ocr_watcher.engine.interruption import Interruption
from ocr_watcher.engine.pauses import a_day_later
from ocr_watcher.engine.permit import Permit
from ocr_watcher.engine.unknown_codes import UnknownCodes
from ocr_watcher.errors import OutageError, PausingError, Stopped, TransientError, UnknownFaultError
from ocr_watcher.logs.fields import fields
from ocr_watcher.threads.heartbeat import Heartbeats

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ocr_watcher.errors import UnknownCodeError
    from ocr_watcher.values.pause import Pause

_log = logging.getLogger(__name__)

_AN_OUTAGE = 3
"""The number of images in a row that met only faults of the service, after which a pause begins."""
_LOOK_SECONDS = 5.0
"""The seconds after which a thread that waits for the end of a pause checks whether the wall clock
was set."""


class Turn(enum.Enum):
    """The breaker's response to the next attempt."""

    FREE = enum.auto()
    """The attempt may make its calls, perhaps as the probe."""
    PROBED = enum.auto()
    """Another attempt is the probe, and will end soon."""
    PAUSED = enum.auto()
    """There is a pause."""


class CircuitBreaker:
    """Stops all calls if each would fail, and finds out when they can be made again.

    A closed breaker lets every attempt make its calls. A fault that every call would meet opens it:
    a pause begins. After the pause the breaker is half-open: one attempt, the probe, makes its
    calls. Their result closes the breaker, or begins the next pause.

    If calls are paid for, it is also half-open at the start, so that wrong keys or a used-up quota
    cost one call, and not one for each worker. Otherwise it starts closed, so that no worker waits
    for the first page. The probe is identified by its permit.
    """

    def __init__(
        self,
        *,
        on_change: Callable[[Pause | None], None] = lambda _: None,
        next_grant: Callable[[float], float] = a_day_later,
        heartbeats: Heartbeats | None = None,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
        look_seconds: float = _LOOK_SECONDS,
        stops: str = "",
        starts_closed: bool = False,
    ) -> None:
        """Create a breaker without a pause.

        Args:
            on_change: Called with the pause when it begins or changes, and with None at its end.
            next_grant: A function that returns when the service grants quotas next, given the
                seconds since the epoch.
            heartbeats: The heartbeats of the threads, which rest while they wait here.
            clock: A function that returns the seconds of a clock that only goes forward.
            wall_clock: A function that returns the seconds since the epoch.
            look_seconds: The seconds after which a thread that waits for the end of a pause looks
                at both clocks.
            stops: The endpoint whose calls it stops, for the log; empty if it stops all calls.
            starts_closed: Whether all attempts may make calls at the start, without a probe.
        """
        self._calls = f"calls of {stops}" if stops else "calls"
        self._on_change = on_change
        self._interruption = Interruption(next_grant=next_grant, clock=clock, wall_clock=wall_clock)
        self._heartbeats = heartbeats or Heartbeats()
        self._look_seconds = look_seconds
        self._stopped = threading.Event()
        self._changed = threading.Condition()
        self._proven = starts_closed
        self._probe: Permit | None = None
        self._misses = 0
        self._unknown = UnknownCodes()

    @property
    def pause(self) -> Pause | None:
        """The pause during which no calls are made; None if they are made."""
        with self._changed:
            return self._interruption.pause

    @property
    def fault(self) -> PausingError | None:
        """The fault that began the pause, which is raised for each call; None without a pause."""
        with self._changed:
            return self._interruption.fault

    @contextlib.contextmanager
    def permit(self, confirm: Callable[[], None] = lambda: None) -> Iterator[Permit]:
        """Wait until an attempt may make calls, and give it the permit for them.

        Args:
            confirm: The check before each call, see `Permit.confirm`.

        Raises:
            Stopped: The program was asked to stop.
        """
        permit = Permit(confirm)
        self.wait_for_turn(permit)
        try:
            yield permit
        finally:
            self.release(permit)

    def wait_for_turn(self, permit: Permit) -> None:
        """Wait until an attempt may make calls; if it is the probe, `release` must follow.

        Raises:
            Stopped: The program was asked to stop.
        """
        with self._heartbeats.resting(), self._changed:
            while not self._takes_turn(permit):
                wait = self._interruption.seconds_left()
                self._changed.wait(min(wait, self._look_seconds) if wait > 0 else None)

    def admit(self, permit: Permit) -> bool:
        """Return whether an attempt may make calls now; if it is the probe, `release` must follow.

        Raises:
            Stopped: The program was asked to stop.
        """
        with self._changed:
            return self._takes_turn(permit)

    @property
    def turn(self) -> Turn:
        """The breaker's response to the next attempt."""
        with self._changed:
            self._interruption.look()
            if self._interruption.seconds_left() > 0:
                return Turn.PAUSED
            is_closed = self._proven and self._interruption.pause is None
            return Turn.FREE if is_closed or self._probe is None else Turn.PROBED

    @property
    def seconds_left(self) -> float:
        """The seconds until the end of the pause; 0 if there is none, or if it is over."""
        with self._changed:
            return self._interruption.seconds_left()

    def release(self, permit: Permit) -> None:
        """Let another attempt be the probe if this one is, as it has ended or may never end."""
        with self._changed:
            if self._probe is permit:
                self._probe = None
                self._changed.notify_all()

    def check(self, permit: Permit) -> None:
        """Return if the permit allows a call now; otherwise raise.

        Raises:
            PausingError: There is a pause, and the permit is not the probe's.
            Stopped: The program was asked to stop.
        """
        self._raise_if_stopped()
        with self._changed:
            if self._interruption.fault is not None and self._probe is not permit:
                raise self._interruption.fault.with_traceback(None)  # it is raised again and again

    def sleep(self, seconds: float) -> None:
        """Wait, unless the program is asked to stop.

        Raises:
            Stopped: The program was asked to stop, before or meanwhile.
        """
        with self._heartbeats.resting():
            if seconds > 0:
                self._stopped.wait(seconds)
            self._raise_if_stopped()

    def stop(self) -> None:
        """End every wait, now and later, with `Stopped`."""
        self._stopped.set()
        with self._changed:
            self._changed.notify_all()

    def succeeded(self, permit: Permit) -> None:
        """Note that a call succeeded, so that the account works.

        In a pause, only the probe counts. The end of a call that was made before the pause shows
        nothing about later calls.
        """
        with self._changed:
            self._misses = 0
            is_probe, pause = self._probe is permit, self._interruption.pause
            if is_probe or pause is None:
                self._unknown.passed()
            if not is_probe and (self._proven or pause is not None):
                return
            self._close()
        if pause is not None:
            _log.info("%s are made again", self._calls)
            self._on_change(None)

    def missed(self, error: TransientError, permit: Permit) -> None:
        """Note that a call failed, even after its repetitions.

        One failure may be chance. Three in a row without a success are an outage, so the other
        images are not tried.
        """
        with self._changed:
            self._misses += 1
            if self._misses < _AN_OUTAGE and self._interruption.pause is None:
                return
        advice = error.advice or "see whether the network and the service are up"
        outage = OutageError("outage", f"the service fails: {error}", advice=advice)
        self.stop_calls(outage, permit)

    def met_unknown_code(self, error: UnknownCodeError, image: bytes) -> None:
        """Note that a call was refused with a code that is in no table.

        Args:
            error: The refusal.
            image: The digest of the page that was sent.

        Raises:
            UnknownFaultError: Several images in a row met it, so it is the fault of the
                endpoint.
        """
        with self._changed:
            if not self._unknown.met(image):
                return
        raise UnknownFaultError(
            error.code,
            f"one image after the other meets an unknown code: {error}",
            advice=f"{error.advice}; "
            "to try again what failed with this code, run ocr-watcher retry",
        )

    def stop_calls(self, error: PausingError, permit: Permit) -> None:
        """Make no calls for a time, as each would fail in the same way.

        A call that was made before the pause may meet another fault, which can make the pause
        longer, but not shorter.

        Args:
            error: The fault that every call would meet.
            permit: The permit of the call that met the error.
        """
        with self._changed:
            before = self._interruption.fault
            pause = self._interruption.add(error, probed=self._probe is permit)
            if pause is None:
                return
            self._changed.notify_all()
        if before is None or before.code != error.code:
            _log.error(
                "no %s are made: %s; %s",
                self._calls,
                error,
                error.advice,
                extra=fields(code=error.code, until=_moment(pause.until)),
            )
        self._on_change(pause)

    def _close(self) -> None:
        self._proven, self._probe = True, None
        self._interruption.end()
        self._changed.notify_all()

    def _takes_turn(self, permit: Permit) -> bool:
        """Return whether an attempt may make calls, and note whether it is the probe."""
        self._raise_if_stopped()
        if self._proven and self._interruption.pause is None:
            return True
        self._interruption.look()
        if self._probe is not None or self._interruption.seconds_left() > 0:
            return False
        self._probe = permit
        return True

    def _raise_if_stopped(self) -> None:
        if self._stopped.is_set():
            raise Stopped


def _moment(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S %z", time.localtime(seconds))
