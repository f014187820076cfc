"""Runs Dask's scheduler."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING

import dask
from distributed import Scheduler
from distributed.comm.addressing import get_address_host

from ocr_watcher.engine.cluster.configuration import CONFIGURATION, take_over_logs
from ocr_watcher.engine.cluster.ending import run_until_asked
from ocr_watcher.engine.cluster.parts import QuietScheduler
from ocr_watcher.engine.cluster.validity import require_valid, validity_of
from ocr_watcher.engine.loopback import is_loopback
from ocr_watcher.errors import OcrWatcherError
from ocr_watcher.logs.fields import fields

if TYPE_CHECKING:
    from distributed.security import Security

    from ocr_watcher.engine.cluster.address import SchedulerAddress

_log = logging.getLogger(__name__)

_CLOSE_SECONDS = 10.0
_VALIDITY_SECONDS = 3600.0
"""The seconds between two checks of the scheduler's certificates."""


def run_scheduler(
    address: SchedulerAddress, security: Security, dashboard: SchedulerAddress | None
) -> None:
    """Run a scheduler until SIGTERM or SIGINT.

    Args:
        address: The address at which it listens.
        security: The certificates, by which members prove their identity.
        dashboard: The address of its dashboard, which has no password; None for no dashboard.

    Raises:
        OcrWatcherError: It cannot listen there, or its certificate has run out.
    """
    take_over_logs()
    require_valid(security)
    run_until_asked(lambda asked: _run(address, security, dashboard, asked), 2 * _CLOSE_SECONDS)


async def _run(
    address: SchedulerAddress,
    security: Security,
    dashboard: SchedulerAddress | None,
    asked: asyncio.Event,
) -> None:
    with dask.config.set(CONFIGURATION):
        scheduler = await _started(address, security, dashboard)
        _log.info("the scheduler listens", extra=fields(address=address))
        if not is_loopback(address.host) and is_loopback(get_address_host(scheduler.address)):
            # Debian has this address in /etc/hosts for the machine's own name.
            _log.warning(
                "%s is a name of this machine alone here, so no other reaches the scheduler; "
                "give it the address in /etc/hosts that the others know",
                address.host,
                extra=fields(listens_at=scheduler.address),
            )
        watch = asyncio.ensure_future(_watch_validity(security))
        await asked.wait()
        watch.cancel()
        _log.info("stopping")
        with contextlib.suppress(TimeoutError):  # a worker hangs
            await asyncio.wait_for(scheduler.close(), _CLOSE_SECONDS)


async def _watch_validity(security: Security) -> None:
    """Warn before the certificates run out, and when they have: no member can connect then."""
    told = ""
    while True:
        validity = validity_of(security)
        if validity is not None and validity.ends_soon and told != (text := str(validity)):
            _log.warning("%s", text, extra=fields(advice=validity.advice))
            told = text
        await asyncio.sleep(_VALIDITY_SECONDS)


async def _started(
    address: SchedulerAddress, security: Security, dashboard: SchedulerAddress | None
) -> Scheduler:
    kind = Scheduler if dashboard else QuietScheduler
    try:
        return await kind(
            protocol=f"{address.scheme}://",
            host=address.host,
            port=address.port,
            security=security,
            dashboard=dashboard is not None,
            dashboard_address=dashboard and f"{dashboard.host}:{dashboard.port}",
        )
    except (OSError, RuntimeError) as error:
        cause = error.__cause__ or error  # Dask has its own error for each fault
        raise OcrWatcherError(
            f"cluster.scheduler: the scheduler cannot listen at {address} "
            f"({getattr(cause, 'strerror', None) or type(cause).__name__}); "
            "it must be an address of this machine, with a free port"
        ) from None
