"""Runs Dask's scheduler."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import dask
from distributed import Scheduler

from ocr_watcher.engine.cluster.configuration import CONFIGURATION, take_over_logs
from ocr_watcher.engine.cluster.ending import until_asked
from ocr_watcher.engine.cluster.parts import QuietScheduler
from ocr_watcher.errors import EngineError
from ocr_watcher.logs.fields import fields

if TYPE_CHECKING:
    from distributed.security import Security

    from ocr_watcher.engine.cluster.address import SchedulerAddress

_log = logging.getLogger(__name__)


def run_scheduler(
    address: SchedulerAddress, security: Security, dashboard: SchedulerAddress | None
) -> None:
    """Run a scheduler until SIGTERM or SIGINT.

    Args:
        address: Where it listens.
        security: How members prove who they are.
        dashboard: Where its dashboard listens, without any password; None for no dashboard.

    Raises:
        EngineError: It cannot listen there.
    """
    take_over_logs()
    asyncio.run(_run(address, security, dashboard))


async def _run(
    address: SchedulerAddress, security: Security, dashboard: SchedulerAddress | None
) -> None:
    with dask.config.set(CONFIGURATION):
        try:
            kind = Scheduler if dashboard else QuietScheduler
            scheduler = await kind(
                protocol=f"{address.scheme}://",
                host=address.host,
                port=address.port,
                security=security,
                dashboard=dashboard is not None,
                dashboard_address=dashboard and f"{dashboard.host}:{dashboard.port}",
            )
        except OSError as error:
            raise EngineError(
                "cannot-listen",
                f"cluster.scheduler: the scheduler cannot listen at {address} ({error.strerror})",
                advice="It must be an address of this machine, with a free port.",
            ) from None
        _log.info("the scheduler listens", extra=fields(address=address))
        await until_asked()
        _log.info("stopping")
        await scheduler.close()
