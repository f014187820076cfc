"""What stands between an engine and those who ask it, by the settings and the engine's policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.engine.announcing import AnnouncingEngine
from ocr_watcher.engine.budget import Budget
from ocr_watcher.engine.cache import CachingEngine
from ocr_watcher.engine.choose import policy_of
from ocr_watcher.engine.circuit_breaker import CircuitBreaker
from ocr_watcher.engine.rate_limiter import RateLimiter
from ocr_watcher.engine.retrying import RetryingEngine
from ocr_watcher.events.bus import EventBus

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.engine.choose import EngineSettings
    from ocr_watcher.engine.guarded import GuardedEngine
    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.ledger.ledger import Ledger
    from ocr_watcher.threads.heartbeat import Heartbeats
    from ocr_watcher.values.pause import Pause


def breaker_for(
    settings: EngineSettings,
    engine: Engine,
    on_change: Callable[[Pause | None], None] = lambda _: None,
    heartbeats: Heartbeats | None = None,
) -> CircuitBreaker:
    """Create the circuit breaker for an engine."""
    next_grant = policy_of(settings, engine.identity.name).next_grant
    return CircuitBreaker(on_change=on_change, next_grant=next_grant, heartbeats=heartbeats)


def limiter_for(settings: EngineSettings, engine: Engine, breaker: CircuitBreaker) -> RateLimiter:
    """Create the rate limiter for an engine."""
    qps = policy_of(settings, engine.identity.name).qps
    return RateLimiter(qps, sleep=breaker.sleep)


def guarded(
    settings: EngineSettings,
    engine: Engine,
    breaker: CircuitBreaker,
    ledger: Ledger,
    heartbeats: Heartbeats | None = None,
    *,
    bus: EventBus | None = None,
) -> GuardedEngine:
    """Put an engine behind its cache, its budget, its rate limiter and the circuit breaker.

    Args:
        settings: The rate, the limit of a day, and how calls are repeated.
        engine: Makes the calls.
        breaker: Stops them where each would fail.
        ledger: Counts them, and keeps their readings.
        heartbeats: Of the threads; one rests while it waits for another one's call.
        bus: Passes on how each call ended.
    """
    policy = policy_of(settings, engine.identity.name)
    retrying = RetryingEngine(
        AnnouncingEngine(engine, bus or EventBus()),
        breaker=breaker,
        limiter=limiter_for(settings, engine, breaker),
        budget=Budget(
            ledger,
            engine.identity,
            daily_limit=policy.daily_limit,
            day_of=policy.day_of,
            heartbeats=heartbeats,
        ),
        back_off=settings.back_off,
    )
    return CachingEngine(retrying, ledger, heartbeats)
