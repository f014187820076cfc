"""Sets a worker of Dask up to read pages."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

import dask.config

from ocr_watcher.engine.cluster.reader import serve
from ocr_watcher.engine.description import EngineContext
from ocr_watcher.engine.local.description import DESCRIPTION
from ocr_watcher.engine.local.settings import LocalSettings
from ocr_watcher.errors import OcrWatcherError

if TYPE_CHECKING:
    from distributed import Worker

_log = logging.getLogger(__name__)

LOCAL = "ocr-watcher.local"
"""The key of Dask's configuration with the settings ``local`` of a worker
(https://docs.dask.org/en/stable/configuration.html)."""


def set_up(worker: Worker) -> None:
    """Load the models, and let the worker read pages with them.

    Args:
        worker: The worker.

    Raises:
        OcrWatcherError: The models cannot be loaded.
        pydantic.ValidationError: The settings in Dask's configuration are wrong.
    """
    section = LocalSettings.model_validate(dask.config.get(LOCAL, {}))
    context = EngineContext(section, os.environ, frozenset(), callers=worker.state.nthreads)
    try:
        serve(worker, DESCRIPTION.make(context))
    except OcrWatcherError as error:
        _log.error("the worker cannot load its models: %s", error)
        raise


def try_models(section: LocalSettings) -> None:
    """Load the models and end them, to find out whether a worker can read with them.

    The errors of a worker's process are lost on their way through Dask.

    Raises:
        OcrWatcherError: The models cannot be loaded.
    """
    engine = DESCRIPTION.make(EngineContext(section, os.environ, frozenset()))
    try:
        engine.self_test()
    finally:
        engine.close()
