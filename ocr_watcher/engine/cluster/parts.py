"""Dask's scheduler and worker as this program runs them: without a server for HTTP."""

from __future__ import annotations

from typing import Any

import dask.config
from distributed import Scheduler, Worker

from ocr_watcher.engine.cluster.configuration import take_over_logs
from ocr_watcher.logs.setup import set_up

LOG = "ocr-watcher.log"
"""The key of Dask's configuration with the level and the format of a worker's log."""


class QuietScheduler(Scheduler):  # type: ignore[misc]
    """A scheduler without an HTTP server."""

    def start_http_server(self, *_: Any, **__: Any) -> None:
        """Open no port. Dask opens one for JSON and metrics even where the dashboard is off."""


class QuietWorker(Worker):  # type: ignore[misc]
    """A worker without an HTTP server, with the log of this program.

    Args:
        arguments: The arguments of Dask's worker.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        set_up(*dask.config.get(LOG))
        take_over_logs()
        super().__init__(*arguments, **named)

    def start_http_server(self, *_: Any, **__: Any) -> None:
        """Open no port. Dask opens one for JSON and metrics even where the dashboard is off."""
