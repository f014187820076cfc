"""The parts that every run opens and closes: engine, claims on the folders, and ledger."""

from __future__ import annotations

import contextlib
import logging
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr_watcher.engine.choose import choose_engine
from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.logs.fields import fields
from ocr_watcher.service.lock import hold
from ocr_watcher.service.running import Running
from ocr_watcher.service.runs import places, registered
from ocr_watcher.threads.halt import Halt

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.service.lock import Claims
    from ocr_watcher.service.runs import Registration
    from ocr_watcher.settings.model import Settings
    from ocr_watcher.threads.heartbeat import Heartbeats

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tools:
    """The parts that every run needs.

    Attributes:
        engine: The engine that reads pages.
        ledger: The ledger.
        claims: The claims on the folders.
        registration: The registration of this run, for other commands.
    """

    engine: Engine
    ledger: Ledger
    claims: Claims
    registration: Registration


def registered_as(settings: Settings, engine: str) -> AbstractContextManager[Registration]:
    """Register a run of this process for as long as the context lasts.

    Args:
        settings: The settings.
        engine: The name of the engine.
    """
    running = Running.now(engine, settings)
    return registered(running, places(settings.state_dir, os.environ))


@contextlib.contextmanager
def tools_for(
    settings: Settings,
    heartbeats: Heartbeats | None = None,
    engine: Engine | None = None,
    *,
    registration: Registration | None = None,
    halt: Halt | None = None,
) -> Iterator[Tools]:
    """Choose the engine, claim the folders, open the ledger, and register the run.

    Args:
        settings: The settings, with the engine, the folders, and the directory of the ledger.
        heartbeats: The heartbeats of the threads, for long steps within a call of the engine.
        engine: The engine, if it is made already. It is closed if the folders cannot be claimed.
        registration: The registration of this run, if it is registered already.
        halt: The request to stop, which ends the wait for the models and the folders.

    Raises:
        OcrWatcherError: The engine cannot be used, or another process works on a folder.
        Stopped: There is a request to stop.
    """
    halt = halt or Halt()
    if engine is None:
        engine = choose_engine(
            settings, os.environ, callers=settings.workers, heartbeats=heartbeats
        )
    with contextlib.ExitStack() as opened, contextlib.ExitStack() as failing:
        failing.callback(engine.close)
        with halt.ending(engine.close):
            name = engine.identity.name  # it loads the models
        _log.info("engine chosen", extra=fields(engine=name))
        folders = {str(folder.path): folder.recursive for folder in settings.folders}
        claims = opened.enter_context(hold(folders, name, halt=halt))
        ledger = opened.enter_context(Ledger(settings.state_dir))
        if registration is None:
            registration = opened.enter_context(registered_as(settings, name))
        halt.obey()
        failing.pop_all()
        yield Tools(engine, ledger, claims, registration)
