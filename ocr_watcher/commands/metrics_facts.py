"""The facts of a pipeline for the metrics."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ocr_watcher.engine.choose import codes_of, endpoints_of, policy_of
from ocr_watcher.folders.folder import folders_of
from ocr_watcher.service.metrics.facts import Facts

if TYPE_CHECKING:
    from ocr_watcher.commands.tools import Tools
    from ocr_watcher.pipeline import Pipeline
    from ocr_watcher.settings.model import Settings


def facts_of(settings: Settings, tools: Tools, pipeline: Pipeline) -> Facts:
    """Return the facts of a pipeline for the metrics.

    Args:
        settings: The settings of the pipeline.
        tools: The engine and the ledger that it works with.
        pipeline: The pipeline.
    """
    engine, ledger = tools.engine.identity, tools.ledger
    policy = policy_of(settings, engine.name)
    by_folder = endpoints_of(settings, engine.name)
    return Facts(
        engine=engine.name,
        endpoints=sorted({*by_folder.values()}) or [engine.endpoint],
        folders=list(folders_of(settings)),
        snapshot=pipeline.snapshot,
        is_queued=pipeline.is_queued,
        codes=codes_of(engine.name),
        daily_limit=policy.daily_limit,
        calls_today=lambda: ledger.calls(policy.day_of(time.time()), engine.name),
    )
