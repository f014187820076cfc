"""Two levels of circuit breakers: one for the account, and one for each of its endpoints."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from ocr_watcher.engine.circuit_breaker import CircuitBreaker, Turn
from ocr_watcher.engine.pauses import a_day_later
from ocr_watcher.engine.permit import Permit
from ocr_watcher.errors import NotItsTurn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from ocr_watcher.errors import PausingError, TransientError, UnknownCodeError
    from ocr_watcher.threads.heartbeat import Heartbeats
    from ocr_watcher.values.pause import Pause

    OnChange = Callable[[str, Pause | None], None]

ALL = ""
"""The name that stands for the calls of all endpoints."""


class EndpointBreaker:
    """The breakers that the calls of one endpoint pass: the account's, and the endpoint's own.

    A fault of the account opens the first, a fault of the endpoint the second. A call that meets
    only a fault of the endpoint shows that the account works. Attempts wait for the account's
    breaker, as no other work is possible meanwhile. They do not wait for the endpoint's breaker, as
    the images of other endpoints can be read.
    """

    def __init__(
        self, account: CircuitBreaker, own: CircuitBreaker, on_turn: Callable[[], None]
    ) -> None:
        """Create it from both breakers.

        Args:
            account: The breaker that stops the calls of all endpoints.
            own: The breaker that stops the calls of this endpoint.
            on_turn: Called when the turn of the next attempt at this endpoint may have changed.
        """
        self._account = account
        self._own = own
        self._on_turn = on_turn

    @property
    def fault(self) -> PausingError | None:
        """The fault that began the pause of the account, or of the endpoint; None without one."""
        return self._account.fault or self._own.fault

    @contextlib.contextmanager
    def permit(self, confirm: Callable[[], None] = lambda: None) -> Iterator[Permit]:
        """Wait until the account may make calls, and give an attempt the permit for its own.

        Args:
            confirm: The check before each call, see `Permit.confirm`.

        Raises:
            PausingError: There is a pause of this endpoint.
            NotItsTurn: Another attempt at this endpoint is the probe.
            Stopped: The program was asked to stop.
        """
        permit = Permit(confirm)
        admitted = self._own.admit(permit)
        self._on_turn()  # also if refused: the thread that began the pause may still store it
        if not admitted:
            self._own.check(permit)
            raise NotItsTurn
        try:
            self._account.wait_for_turn(permit)
            self._own.check(permit)  # a pause may have begun meanwhile
            yield permit
        finally:
            self.release(permit)

    def release(self, permit: Permit) -> None:
        """Let another attempt be the probe if this one is, as it has ended or may never end."""
        self._account.release(permit)
        self._own.release(permit)
        self._on_turn()

    def check(self, permit: Permit) -> None:
        """Return if the permit allows a call now; otherwise raise.

        Raises:
            PausingError: There is a pause, and the permit is not the probe's.
            Stopped: The program was asked to stop.
        """
        self._account.check(permit)
        self._own.check(permit)

    def sleep(self, seconds: float) -> None:
        """Wait, unless the program is asked to stop.

        Raises:
            Stopped: It was, before or meanwhile.
        """
        self._account.sleep(seconds)

    def succeeded(self, permit: Permit) -> None:
        """Note that a call succeeded, so that the account and the endpoint work."""
        self._account.succeeded(permit)
        self._own.succeeded(permit)
        self._on_turn()

    def missed(self, error: TransientError, permit: Permit) -> None:
        """Note that a call failed, even after its repetitions.

        Several images in a row are an outage of this endpoint. If the whole service is down, each
        endpoint finds that out with its own images. Otherwise, a failing endpoint would also stop
        the endpoints that work. A pause of the account continues, as nothing shows that it is over.
        """
        self._own.missed(error, permit)
        if self._account.pause is not None:
            self._account.missed(error, permit)
        self._on_turn()

    def met_unknown_code(self, error: UnknownCodeError, image: bytes) -> None:
        """Note that a call was refused with a code that is in no table.

        The codes are counted by endpoint. The success of another endpoint shows nothing about this
        one, and would let each of its images fail for good.

        Raises:
            UnknownFaultError: Several images in a row met it.
        """
        self._own.met_unknown_code(error, image)

    def stop_calls(self, error: PausingError, permit: Permit) -> None:
        """Make no calls of the account, or of the endpoint, as each would fail in the same way.

        Args:
            error: The fault that every call would meet.
            permit: The permit of the call that met the error.
        """
        if error.of_account:
            self._account.stop_calls(error, permit)
            return
        self._own.stop_calls(error, permit)
        self._account.succeeded(permit)
        self._on_turn()


class EndpointBreakers:
    """The circuit breakers of an account and of its endpoints."""

    def __init__(
        self,
        endpoints: Iterable[str],
        *,
        on_change: OnChange = lambda _endpoint, _pause: None,
        next_grant: Callable[[float], float] = a_day_later,
        heartbeats: Heartbeats | None = None,
        starts_closed: bool = False,
    ) -> None:
        """Create breakers without a pause.

        Args:
            endpoints: The endpoints that are called.
            on_change: Called with `ALL` and the pause of all calls, or None at its end. If there
                are several endpoints, it is also called with the name and the pause of each.
            next_grant: A function that returns when the service grants quotas next, given the
                seconds since the epoch.
            heartbeats: The heartbeats of the threads, which rest while they wait here.
            starts_closed: Whether all attempts may make calls at the start, without a probe.
        """
        names = tuple(dict.fromkeys(endpoints))
        self._on_change = on_change
        self._on_turn: Callable[[str], None] = lambda _: None
        self._report_lock = threading.Lock()
        self._reported: dict[str, Pause] = {}

        def breaker(stops: str = "") -> CircuitBreaker:
            return CircuitBreaker(
                on_change=self._tell,
                next_grant=next_grant,
                heartbeats=heartbeats,
                stops=stops,
                starts_closed=starts_closed,
            )

        self._is_one = len(names) == 1
        self._account = breaker()
        self._own = {name: breaker("" if self._is_one else name) for name in names}
        self._both = {
            name: EndpointBreaker(self._account, own, self._report_of_turn(name))
            for name, own in self._own.items()
        }

    def on_turn(self, on_turn: Callable[[str], None]) -> None:
        """Set the function that is called with an endpoint when its turn may have changed."""
        self._on_turn = on_turn

    def of(self, endpoint: str) -> EndpointBreaker:
        """Return the breaker for the calls of an endpoint."""
        return self._both[endpoint]

    def turn_at(self, endpoint: str) -> Turn:
        """Return the response of an endpoint's own breaker to the next attempt."""
        return self._own[endpoint].turn

    def seconds_left_at(self, endpoint: str) -> float:
        """Return the seconds until the end of an endpoint's pause; 0 without a pause."""
        return self._own[endpoint].seconds_left

    @property
    def pause(self) -> Pause | None:
        """The pause during which no endpoint is called; None if some are called."""
        return self._account.pause or _common([own.pause for own in self._own.values()])

    @property
    def pauses(self) -> Mapping[str, Pause]:
        """The pauses of single endpoints, where there are several."""
        pauses = {name: own.pause for name, own in self._own.items() if not self._is_one}
        return {name: pause for name, pause in pauses.items() if pause is not None}

    def sleep(self, seconds: float) -> None:
        """Wait, unless the program is asked to stop.

        Raises:
            Stopped: It was, before or meanwhile.
        """
        self._account.sleep(seconds)

    def stop(self) -> None:
        """End every wait, now and later, with `Stopped`."""
        for breaker in (self._account, *self._own.values()):
            breaker.stop()

    def _report_of_turn(self, endpoint: str) -> Callable[[], None]:
        return lambda: self._on_turn(endpoint)

    def _tell(self, _pause: Pause | None) -> None:
        with self._report_lock:  # a change that comes meanwhile is reported after this one
            pauses = dict(self.pauses)
            if (common := self.pause) is not None:
                pauses[ALL] = common
            for name in {*self._reported, *pauses}:
                if pauses.get(name) != self._reported.get(name):
                    self._on_change(name, pauses.get(name))
            self._reported = pauses


def _common(pauses: list[Pause | None]) -> Pause | None:
    """Return the pause during which no endpoint is called; None if one is."""
    known = [pause for pause in pauses if pause is not None]
    if not known or len(known) < len(pauses):
        return None
    first = min(known, key=lambda pause: pause.until)
    return replace(first, since=max(pause.since for pause in known))
