"""What every run needs and gives back: the engine, the locks of the folders, the ledger."""

from __future__ import annotations

import contextlib
import logging
import os
from typing import TYPE_CHECKING

from ocr_watcher.engine.choose import choose_engine
from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.service.lock import hold
from ocr_watcher.service.logs import fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.service.pulse import Pulses
    from ocr_watcher.settings.model import Settings

_log = logging.getLogger(__name__)


@contextlib.contextmanager
def engine_and_ledger(
    settings: Settings, pulses: Pulses | None = None
) -> Iterator[tuple[Engine, Ledger]]:
    """Chooses the engine, locks the folders and opens the ledger.

    Args:
        settings: Which engine, which folders, and where the ledger is.
        pulses: Is told of what may take long within a call of the engine.

    Raises:
        OcrWatcherError: The engine cannot be had, or another process works on a folder.
    """
    engine = choose_engine(settings, os.environ, callers=settings.workers, pulses=pulses)
    name = engine.description.name
    _log.info("engine chosen", extra=fields(engine=name))
    roots = [str(folder.path) for folder in settings.folders]
    with hold(settings.state_dir, roots, name), Ledger(settings.state_dir) as ledger:
        yield engine, ledger
