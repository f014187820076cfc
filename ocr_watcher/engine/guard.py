"""The guard between engines and their callers, by the settings and the engine's policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.engine.announcing import AnnouncingEngine
from ocr_watcher.engine.budget import Allowance, Budget
from ocr_watcher.engine.cache import CachingEngine
from ocr_watcher.engine.choose import policy_of
from ocr_watcher.engine.endpoint_breakers import EndpointBreakers
from ocr_watcher.engine.rate_limiter import RateLimiter
from ocr_watcher.engine.retrying import RetryingEngine
from ocr_watcher.events.bus import EventBus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ocr_watcher.engine.choose import EngineSettings
    from ocr_watcher.engine.guarded import GuardedEngine
    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.ledger.ledger import Ledger
    from ocr_watcher.threads.heartbeat import Heartbeats
    from ocr_watcher.values.pause import Pause


class Guard:
    """The parts that all calls of an account pass; each exists once.

    The rate and the daily limit belong to the account, so all of its engines share them. The
    circuit breakers are those of the account and of its endpoints. Each engine has a cache of its
    own, as its readings differ from those of other engines.

    Attributes:
        breakers: The circuit breakers, which stop the calls if each would fail.
        limiter: The rate limiter, which spaces the calls.
    """

    def __init__(
        self,
        settings: EngineSettings,
        engines: Iterable[Engine],
        ledger: Ledger,
        heartbeats: Heartbeats | None = None,
        *,
        bus: EventBus | None = None,
        on_change: Callable[[str, Pause | None], None] = lambda _endpoint, _pause: None,
    ) -> None:
        """Create the parts that the engines of one account share.

        Args:
            settings: The settings, with the rate, the daily limit and the delays between
                repetitions.
            engines: All engines of the account; there is at least one.
            ledger: The ledger, which counts the calls and keeps their readings.
            heartbeats: The heartbeats of the threads; one rests while it waits for another one's
                call.
            bus: The bus for the events of ended calls.
            on_change: The listener to pauses, see `EndpointBreakers`.
        """
        identities = [engine.identity for engine in engines]
        name = identities[0].name
        policy = policy_of(settings, name)
        self.breakers = EndpointBreakers(
            (identity.endpoint for identity in identities),
            on_change=on_change,
            next_grant=policy.next_grant,
            heartbeats=heartbeats,
            starts_closed=not policy.is_paid,
        )
        self.limiter = RateLimiter(policy.qps, sleep=self.breakers.sleep)
        self._allowance = Allowance(
            ledger,
            name,
            daily_limit=policy.daily_limit,
            day_of=policy.day_of,
            heartbeats=heartbeats,
        )
        self._back_off = settings.back_off
        self._ledger = ledger
        self._heartbeats = heartbeats
        self._bus = bus or EventBus()

    def guarded(self, engine: Engine) -> GuardedEngine:
        """Put an engine behind its cache, its budget, the rate limiter and the breakers."""
        identity = engine.identity
        retrying = RetryingEngine(
            AnnouncingEngine(engine, self._bus),
            breaker=self.breakers.of(identity.endpoint),
            limiter=self.limiter,
            budget=Budget(self._allowance, self._ledger, identity),
            back_off=self._back_off,
        )
        return CachingEngine(retrying, self._ledger, self._heartbeats)
