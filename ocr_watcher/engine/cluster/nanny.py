"""Runs a worker of Dask with its nanny, which starts it again if it ends."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import dask
from distributed import Nanny

from ocr_watcher.engine.cluster.configuration import CONFIGURATION, take_over_logs
from ocr_watcher.engine.cluster.ending import run_until_asked
from ocr_watcher.engine.cluster.parts import LOG, QuietWorker
from ocr_watcher.engine.cluster.validity import require_valid
from ocr_watcher.engine.cluster.worker import LOCAL
from ocr_watcher.errors import OutageError
from ocr_watcher.logs.fields import fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from distributed.security import Security

    from ocr_watcher.engine.cluster.address import SchedulerAddress

_log = logging.getLogger(__name__)

PRELOAD = "ocr_watcher.engine.cluster"

_AGAIN_SECONDS = 5.0
"""The seconds after which a worker that did not find its scheduler tries again."""
_LOOK_SECONDS = 1.0
_STOP_SECONDS = 4.0
"""The seconds for the page that a worker reads when it is asked to end. Then it is killed."""
_CLOSE_SECONDS = 10.0

_FAULTS = (OSError, TimeoutError, RuntimeError)
"""The exceptions that Dask raises if a worker cannot be started, or not be ended in time."""


@dataclass(frozen=True, slots=True)
class WorkerParts:
    """The values from which a worker is made.

    Attributes:
        address: The address of the scheduler.
        security: The certificates, by which members prove their identity.
        local: The settings ``local`` of its models.
        log: The level and the format of its log.
        pages: The number of pages that it reads at once. One page already uses all processors.
        preload: The module that loads the models.
    """

    address: SchedulerAddress
    security: Security
    local: Mapping[str, Any]
    log: tuple[str, str]
    pages: int = 1
    preload: str = PRELOAD


def run_worker(parts: WorkerParts) -> None:
    """Run a worker until SIGTERM or SIGINT. If the scheduler ends, wait for the next one."""
    take_over_logs()
    with dask.config.set({**CONFIGURATION, LOCAL: dict(parts.local), LOG: list(parts.log)}):
        run_until_asked(lambda asked: _run(parts, asked), _STOP_SECONDS + 2 * _CLOSE_SECONDS)


async def _run(parts: WorkerParts, asked: asyncio.Event) -> None:
    told = ""
    while not asked.is_set():
        fault, advice = await _tried(parts, asked)
        if fault not in {"", told}:  # once, as this may last for days
            _log.warning(
                "the worker cannot work, and tries again: %s",
                fault,
                extra=fields(scheduler=parts.address, every_seconds=_AGAIN_SECONDS, advice=advice),
            )
        told = fault
        await _within(_AGAIN_SECONDS, asked)
    _log.info("stopped")


async def _tried(parts: WorkerParts, asked: asyncio.Event) -> tuple[str, str]:
    """Run a worker as long as that goes well.

    Returns:
        The fault that ended it, and the advice; empty where there is none.
    """
    try:
        require_valid(parts.security)
        await _work(parts, asked)
    except OutageError as error:
        return str(error), error.advice
    except _FAULTS as error:
        return _reason(error), ""
    return "", ""


async def _work(parts: WorkerParts, asked: asyncio.Event) -> None:
    """Run a nanny until the program is asked to end, or the nanny has given up."""
    nanny = Nanny(
        str(parts.address),
        nthreads=parts.pages,
        memory_limit=None,
        security=parts.security,
        worker_class=QuietWorker,
        preload=[parts.preload],
        dashboard=False,
        config=dask.config.config,
    )
    starting = asyncio.ensure_future(nanny.start())
    ending = asyncio.ensure_future(asked.wait())
    try:
        await asyncio.wait([starting, ending], return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            return
        starting.result()
        facts = fields(scheduler=parts.address, pages=parts.pages)
        _log.info("the worker is connected", extra=facts)
        while nanny.status.name == "running" and not await _within(_LOOK_SECONDS, asked):
            pass
    finally:
        ending.cancel()
        await _end(nanny, starting)


async def _end(nanny: Nanny, starting: asyncio.Future[Any]) -> None:
    if not starting.done():
        # Dask would wait until the models are loaded, or until the scheduler is back.
        if nanny.process is not None and nanny.process.process is not None:
            await nanny.process.process.kill()
        else:
            starting.cancel()
        await asyncio.wait([starting], timeout=_STOP_SECONDS)
    if starting.done() and not starting.cancelled():
        starting.exception()  # seen
    with contextlib.suppress(*_FAULTS):
        await asyncio.wait_for(nanny.close(timeout=_STOP_SECONDS), _CLOSE_SECONDS)


async def _within(seconds: float, asked: asyncio.Event) -> bool:
    """Return whether the program is asked to end within a time."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(asked.wait(), seconds)
    return asked.is_set()


def _reason(error: BaseException) -> str:
    while error.__cause__ is not None:
        error = error.__cause__
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
