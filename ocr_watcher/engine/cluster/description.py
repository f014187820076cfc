"""The description of the engine on a cluster."""

from __future__ import annotations

from contextlib import closing
from importlib.util import find_spec
from typing import TYPE_CHECKING

from ocr_watcher.engine.cluster.settings import ClusterSettings
from ocr_watcher.engine.description import EngineContext, EngineDescription, Policy
from ocr_watcher.engine.local.description import DESCRIPTION as LOCAL
from ocr_watcher.engine.local.settings import LocalSettings
from ocr_watcher.errors import (
    EngineMissingError,
    ImageError,
    OutageError,
    SettingsError,
    TransientError,
)
from ocr_watcher.values.check_result import Result
from ocr_watcher.values.install_command import install_extra

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.errors import OcrWatcherError
    from ocr_watcher.values.machine import Machine

SHIPPED_MODELS = "PP-OCRv6_det_small + PP-OCRv6_rec_small"
"""The names of the models in RapidOCR's wheel, as in sidecars. They are used for a cluster without
workers."""

_PAGE_SECONDS = 2 * LOCAL.policy(LocalSettings()).longest_call_seconds
"""The longest time for a page, in seconds: it may wait for the page before it."""
_MORE_SECONDS = 120.0
"""The seconds to send a page and its reading, in addition to the time to read it."""

_DASK = "distributed"

INSTALL = f"install it with: {install_extra('cluster')}"
"""The advice for a person who has not installed the extra."""

_NO_CERTIFICATE = (
    "is missing, and a scheduler with tls:// needs it; "
    "make it with: ocr-watcher cluster certificates DIR HOST…"
)


def _obstacle(cluster: ClusterSettings, _environment: Mapping[str, str]) -> OcrWatcherError | None:
    if cluster.scheduler is None:
        return SettingsError(
            ["cluster.scheduler: is missing; give the address of the scheduler, as tls://host:8786"]
        )
    if cluster.missing:
        raise SettingsError([f"cluster.{name}: {_NO_CERTIFICATE}" for name in cluster.missing])
    if find_spec(_DASK) is None:
        return EngineMissingError(
            f"the cluster engine is not installed (No module named '{_DASK}'); {INSTALL}"
        )
    return None


def _make(context: EngineContext[ClusterSettings]) -> Engine:
    # Imported only when the engine is used.
    from ocr_watcher.engine.cluster.engine import ClusterEngine  # noqa: PLC0415
    from ocr_watcher.engine.cluster.security import security_of  # noqa: PLC0415

    cluster = context.section
    if (obstacle := _obstacle(cluster, context.environment)) is not None:
        raise obstacle
    return ClusterEngine(
        str(cluster.scheduler),
        security_of(cluster),
        models=SHIPPED_MODELS,
        heartbeats=context.heartbeats,
        page_seconds=_PAGE_SECONDS + _MORE_SECONDS,
    )


def _policy(_cluster: ClusterSettings) -> Policy:
    return Policy(
        longest_call_seconds=_PAGE_SECONDS + 2 * _MORE_SECONDS,
        is_paid=False,
        scripts=LOCAL.policy(LocalSettings()).scripts,
    )


def _follow(engine: Engine, listener: Callable[[int], None]) -> None:
    from ocr_watcher.engine.cluster.engine import ClusterEngine  # noqa: PLC0415  only if it is used

    if isinstance(engine, ClusterEngine):
        engine.follow(listener)


def _machines(engine: Engine) -> tuple[Machine, ...]:
    from ocr_watcher.engine.cluster.engine import ClusterEngine  # noqa: PLC0415  only if it is used

    return engine.machines if isinstance(engine, ClusterEngine) else ()


def _checks(context: EngineContext[ClusterSettings]) -> Iterable[Result]:
    from ocr_watcher.engine.cluster.security import security_of  # noqa: PLC0415  only if it is used
    from ocr_watcher.engine.cluster.validity import validity_of  # noqa: PLC0415

    with closing(_make(context)) as engine:
        validity = validity_of(security_of(context.section))
        if validity is not None and validity.ends_soon:
            finding = f"{validity}; {validity.advice}"
            yield Result("fail" if validity.is_over else "warn", "certificates", finding)
        _ = engine.identity  # it connects
        for machine in _machines(engine):
            subject = f"machine {machine.name}"
            yield Result("ok", subject, f"workers: {machine.workers}, threads: {machine.threads}")
            if machine.why_not:
                yield Result("warn", subject, f"a worker gets no pages: {machine.why_not}")


DESCRIPTION = EngineDescription(
    name="cluster",
    settings=ClusterSettings,
    obstacle=_obstacle,
    make=_make,
    policy=_policy,
    codes={
        **LOCAL.codes,
        "no-scheduler": OutageError,
        "certificate-expired": OutageError,
        "no-workers": OutageError,
        "workers-lost": OutageError,
        "invalid-answer": TransientError,
        "worker-failed": TransientError,
        "no-models": TransientError,
        "not-a-page": ImageError,
    },
    checks=_checks,
    follow=_follow,
    machines=_machines,
    low_confidence_advice=LOCAL.low_confidence_advice,
)
