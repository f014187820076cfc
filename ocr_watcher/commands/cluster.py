"""The commands ``cluster scheduler`` and ``cluster worker``."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from ocr_watcher.engine.cluster.address import SchedulerAddress
from ocr_watcher.engine.cluster.description import DESCRIPTION
from ocr_watcher.engine.cluster.settings import ClusterSettings
from ocr_watcher.engine.local.description import DESCRIPTION as LOCAL
from ocr_watcher.engine.local.settings import LocalSettings
from ocr_watcher.errors import UsageError
from ocr_watcher.logs.fields import fields

if TYPE_CHECKING:
    from ocr_watcher.settings.model import Settings

_log = logging.getLogger(__name__)


def run_scheduler(settings: Settings, dashboard: str | None) -> int:
    """Run the scheduler until SIGTERM or SIGINT.

    Args:
        settings: The settings, with the address where it listens.
        dashboard: The address of its dashboard, as ``127.0.0.1:8787``; None for no dashboard.

    Returns:
        The exit status.

    Raises:
        OcrWatcherError: The settings are wrong, an extra is missing, or it cannot listen.
    """
    cluster = _checked(settings)
    from ocr_watcher.engine.cluster import scheduler, security  # noqa: PLC0415  heavy

    try:
        at = SchedulerAddress.of(f"tcp://{dashboard}") if dashboard else None
    except ValueError:
        raise UsageError(
            "the dashboard has no password, so it listens on this machine alone, as 127.0.0.1:8787"
        ) from None
    address = SchedulerAddress.of(str(cluster.scheduler))
    scheduler.run_scheduler(address, security.security_of(cluster), at)
    return 0


def run_worker(settings: Settings) -> int:
    """Run a worker with the models until SIGTERM or SIGINT.

    Args:
        settings: The settings, with the address of the scheduler.

    Returns:
        The exit status.

    Raises:
        OcrWatcherError: The settings are wrong, an extra is missing, or no models can be loaded.
    """
    cluster, local = _checked(settings), settings.section(LocalSettings)
    if (obstacle := LOCAL.obstacle(local, os.environ)) is not None:
        raise obstacle
    from ocr_watcher.engine.cluster import nanny, security, worker  # noqa: PLC0415  heavy

    address = SchedulerAddress.of(str(cluster.scheduler))
    proof = security.security_of(cluster)
    _log.info("loading the models", extra=fields(scheduler=address))
    worker.try_models(local)
    log = settings.log.level, settings.log.format
    nanny.run_worker(nanny.WorkerParts(address, proof, local.model_dump(mode="json"), log))
    return 0


def _checked(settings: Settings) -> ClusterSettings:
    cluster = settings.section(ClusterSettings)
    if (obstacle := DESCRIPTION.obstacle(cluster, os.environ)) is not None:
        raise obstacle
    return cluster
