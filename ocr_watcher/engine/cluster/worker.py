"""Makes a worker of Dask one that reads pages."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import dask.config

from ocr_watcher.engine.cluster.reader import serve
from ocr_watcher.engine.description import EngineContext
from ocr_watcher.engine.local.description import DESCRIPTION
from ocr_watcher.engine.local.settings import LocalSettings

if TYPE_CHECKING:
    from distributed import Worker

LOCAL = "ocr-watcher.local"
"""The key of Dask's configuration with the settings ``local`` of a worker
(https://docs.dask.org/en/stable/configuration.html)."""


def set_up(worker: Worker) -> None:
    """Load the models, and have the worker read pages with them.

    Args:
        worker: The worker.

    Raises:
        OcrWatcherError: The models cannot be loaded.
        pydantic.ValidationError: The settings in Dask's configuration are wrong.
    """
    section = LocalSettings.model_validate(dask.config.get(LOCAL, {}))
    context = EngineContext(section, os.environ, frozenset(), callers=worker.state.nthreads)
    serve(worker, DESCRIPTION.make(context))
