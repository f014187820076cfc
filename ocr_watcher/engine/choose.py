"""Which engine reads, and what stands between it and those who ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.engine.baidu.credentials import credentials_for
from ocr_watcher.engine.baidu.endpoints import ENDPOINTS
from ocr_watcher.engine.budget import Budget
from ocr_watcher.engine.cache import CachingEngine
from ocr_watcher.engine.circuit_breaker import CircuitBreaker
from ocr_watcher.engine.pace import beijing_day, beijing_midnight
from ocr_watcher.engine.rate_limiter import RateLimiter
from ocr_watcher.engine.retrying import RetryingEngine

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ocr_watcher.engine.guarded import GuardedEngine
    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.ledger.ledger import Ledger
    from ocr_watcher.settings.model import BaiduSettings, Settings
    from ocr_watcher.threads.heartbeat import Heartbeats
    from ocr_watcher.values.pause import Pause


def choose_engine(
    settings: Settings,
    environment: Mapping[str, str],
    *,
    callers: int,
    heartbeats: Heartbeats | None = None,
) -> Engine:
    """Makes the engine of the settings: with ``auto``, Baidu's where there are credentials.

    The modules of an engine are imported here, so that nobody pays for the other one.

    Args:
        settings: Which engine, and how it is asked.
        environment: Where credentials are looked for, too.
        callers: How many threads may call at once.
        heartbeats: Is told of what may take long within a call.

    Raises:
        SettingsError: Baidu is asked for, and its credentials are missing or broken.
        EngineMissingError: The local engine is not installed, or lacks a model of the settings.
    """
    credentials = credentials_for(settings.engine, settings.baidu, environment)
    if credentials is not None:
        from ocr_watcher.engine.baidu.engine import BaiduEngine  # noqa: PLC0415

        asked = _asked_for_paragraphs(settings)
        return BaiduEngine(asked, credentials, callers=callers, heartbeats=heartbeats)
    from ocr_watcher.engine.local import LocalEngine  # noqa: PLC0415
    from ocr_watcher.engine.local.further import files_of  # noqa: PLC0415

    further = files_of(settings.local.models_dir, settings.local.languages)
    return LocalEngine(heartbeats=heartbeats, further=further)


def _asked_for_paragraphs(settings: Settings) -> BaiduSettings:
    """Add the option ``paragraph`` where a layout needs it: without places nothing else tells."""
    baidu, endpoint = settings.baidu, ENDPOINTS[settings.baidu.endpoint]
    layouts = {folder.layout or settings.output.layout for folder in settings.folders}
    wanted = "paragraphs" in layouts | {settings.output.layout}
    if not wanted or endpoint.tells_places or "paragraph" not in endpoint.options:
        return baidu
    return baidu.model_copy(update={"options": {"paragraph": "true", **baidu.options}})


def breaker_for(
    on_change: Callable[[Pause | None], None] = lambda _: None,
    heartbeats: Heartbeats | None = None,
) -> CircuitBreaker:
    """Create the circuit breaker for an engine: Baidu grants quotas at midnight in Beijing."""
    return CircuitBreaker(on_change=on_change, next_grant=beijing_midnight, heartbeats=heartbeats)


def limiter_for(settings: Settings, engine: Engine, breaker: CircuitBreaker) -> RateLimiter:
    """Create the rate limiter for an engine: only Baidu's calls have a rate."""
    qps = settings.baidu.qps if engine.description.name == "baidu" else 0.0
    return RateLimiter(qps, sleep=breaker.sleep)


def guarded(
    settings: Settings,
    engine: Engine,
    breaker: CircuitBreaker,
    ledger: Ledger,
    heartbeats: Heartbeats | None = None,
) -> GuardedEngine:
    """Put an engine behind its cache, its budget, its rate limiter and the circuit breaker.

    Args:
        settings: The rate, the limit of a day, and how calls are repeated.
        engine: Makes the calls.
        breaker: Stops them where each would fail.
        ledger: Counts them, and keeps their readings.
        heartbeats: Of the threads; one rests while it waits for another one's call.
    """
    limit = settings.baidu.daily_limit if engine.description.name == "baidu" else None
    retrying = RetryingEngine(
        engine,
        breaker=breaker,
        limiter=limiter_for(settings, engine, breaker),
        budget=Budget(
            ledger,
            engine.description,
            daily_limit=limit,
            day_of=beijing_day,
            heartbeats=heartbeats,
        ),
        back_off=settings.retry.back_off,
    )
    return CachingEngine(retrying, ledger, heartbeats)
