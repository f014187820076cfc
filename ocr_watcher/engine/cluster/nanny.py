"""Runs a worker of Dask with its nanny, which starts it again where it ends."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Any

import dask
from distributed import Nanny

from ocr_watcher.engine.cluster.configuration import CONFIGURATION, take_over_logs
from ocr_watcher.engine.cluster.ending import asked_to_end
from ocr_watcher.engine.cluster.worker import LOCAL
from ocr_watcher.logs.fields import fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from distributed.security import Security

    from ocr_watcher.engine.cluster.address import SchedulerAddress

_log = logging.getLogger(__name__)

PRELOAD = "ocr_watcher.engine.cluster"

_AGAIN_SECONDS = 5.0
"""The time before a worker that did not find its scheduler looks for it again."""
_LOOK_SECONDS = 1.0


def run_worker(
    address: SchedulerAddress,
    security: Security,
    local: Mapping[str, Any],
    *,
    pages: int = 1,
    preload: str = PRELOAD,
) -> None:
    """Run a worker until SIGTERM or SIGINT. If the scheduler ends, wait for the next one.

    Args:
        address: The address of the scheduler.
        security: How members prove who they are.
        local: The settings ``local`` of its models.
        pages: The number of pages that it reads at once. One page has all processors already.
        preload: The module that loads the models.
    """
    take_over_logs()
    configuration = {**CONFIGURATION, LOCAL: dict(local)}
    with dask.config.set(configuration):
        asyncio.run(_run(address, security, pages, preload))


async def _run(address: SchedulerAddress, security: Security, pages: int, preload: str) -> None:
    asked = asked_to_end()
    told = ""
    while not asked.is_set():
        try:
            async with Nanny(
                str(address),
                nthreads=pages,
                memory_limit=None,
                security=security,
                preload=[preload],
                dashboard=False,
                config=dask.config.config,
            ) as nanny:
                _log.info("the worker is there", extra=fields(scheduler=address, pages=pages))
                told = ""
                await _while_it_works(nanny, asked)
        except (OSError, TimeoutError, RuntimeError) as error:
            if told != type(error).__name__:  # once, as it may go on for days
                _log.warning(
                    "the worker cannot work, and tries again: %s",
                    _reason(error),
                    extra=fields(scheduler=address, every_seconds=_AGAIN_SECONDS),
                )
            told = type(error).__name__
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asked.wait(), _AGAIN_SECONDS)
    _log.info("stopped")


async def _while_it_works(nanny: Nanny, asked: asyncio.Event) -> None:
    """Wait until the program is asked to end, or the nanny has given up."""
    while nanny.status.name in {"running", "init", "starting"}:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asked.wait(), _LOOK_SECONDS)
        if asked.is_set():
            return


def _reason(error: BaseException) -> str:
    while error.__cause__ is not None:
        error = error.__cause__
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
