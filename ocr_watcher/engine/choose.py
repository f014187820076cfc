"""Which engine reads, and what stands between it and those who ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.engine.baidu.credentials import credentials_for
from ocr_watcher.engine.baidu.endpoints import ENDPOINTS
from ocr_watcher.engine.budget import Budget
from ocr_watcher.engine.cache import CachingEngine
from ocr_watcher.engine.gate import Gate
from ocr_watcher.engine.retrying import RetryingEngine

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.engine.pace import Pause
    from ocr_watcher.ledger.ledger import Ledger
    from ocr_watcher.settings.model import BaiduSettings, Settings
    from ocr_watcher.threads.heartbeat import Heartbeats


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


def gate_for(
    settings: Settings,
    engine: Engine,
    on_change: Callable[[Pause | None], None] = lambda _: None,
    heartbeats: Heartbeats | None = None,
) -> Gate:
    """Makes the gate for an engine: only Baidu's calls have a rate."""
    qps = settings.baidu.qps if engine.description.name == "baidu" else 0.0
    return Gate(qps, on_change=on_change, heartbeats=heartbeats)


def guarded(
    settings: Settings,
    engine: Engine,
    gate: Gate,
    ledger: Ledger,
    heartbeats: Heartbeats | None = None,
) -> Engine:
    """Puts an engine behind its gate, its budget and its memory.

    Args:
        settings: The rate, the limit of a day, and how calls are repeated.
        engine: Makes the calls.
        gate: Lets them through.
        ledger: Counts them, and keeps what they answered.
        heartbeats: Is told that a thread rests while it waits for another one's call.
    """
    limit = settings.baidu.daily_limit if engine.description.name == "baidu" else None
    budget = Budget(ledger, engine.description, limit, heartbeats=heartbeats)
    return CachingEngine(RetryingEngine(engine, gate, budget, settings.retry), ledger, heartbeats)
