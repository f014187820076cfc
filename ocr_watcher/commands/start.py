"""The settings and the engine of a run of the daemon, at the start and at each reload."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ocr_watcher.engine.choose import choose_engine, is_loaded_by
from ocr_watcher.errors import OcrWatcherError, Stopped
from ocr_watcher.logs.fields import fields
from ocr_watcher.threads.heartbeat import Heartbeats

if TYPE_CHECKING:
    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.settings.model import Settings
    from ocr_watcher.threads.halt import Halt

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Start:
    """The values with which a run begins.

    Attributes:
        settings: Its settings.
        heartbeats: The heartbeats of its threads.
        engine: Its engine; None if it is not made yet.
    """

    settings: Settings
    heartbeats: Heartbeats = field(default_factory=Heartbeats)
    engine: Engine | None = None

    def close(self) -> None:
        """Close the engine of a run that does not begin."""
        if self.engine is not None:
            self.engine.close()


def prepared(settings: Settings, running: Engine, halt: Halt) -> Start:
    """Make the engine of settings that were read again, and test it.

    It is not tested, and loads nothing, if the running engine has loaded all that it needs.

    Args:
        settings: The settings.
        running: The engine of the run that continues meanwhile.
        halt: The request to stop, which ends the wait for the models.

    Raises:
        OcrWatcherError: The engine cannot be used.
        Stopped: There is a request to stop.
    """
    heartbeats = Heartbeats()
    engine = choose_engine(settings, os.environ, callers=settings.workers, heartbeats=heartbeats)
    try:
        tested = running if is_loaded_by(engine, running) else engine
        with halt.ending(engine.close):
            name = tested.identity.name  # it loads the models
        _log.info("settings read again", extra=fields(engine=name))
    except (OcrWatcherError, Stopped):
        engine.close()
        raise
    return Start(settings, heartbeats, engine)
