"""``run``: the daemon, which answers signals and tells the service manager how things stand."""

from __future__ import annotations

import logging
import os
import queue
from queue import SimpleQueue
from typing import TYPE_CHECKING

from ocr_watcher.commands.tools import engine_and_ledger
from ocr_watcher.engine.choose import choose_engine
from ocr_watcher.errors import OcrWatcherError
from ocr_watcher.pipeline import STOP_SECONDS, Pipeline
from ocr_watcher.service.logs import fields
from ocr_watcher.service.notify import Notifier
from ocr_watcher.service.pulse import Pulses
from ocr_watcher.service.signals import (
    ReloadRequest,
    StopRequest,
    reload_requests,
    stop_requests,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.settings.model import Settings

_log = logging.getLogger(__name__)

_STATUS_SECONDS = 5.0
_RELOAD_SECONDS = 120.0
"""What calls in flight are given to come back where other settings follow: nobody waits for the
process to end, and the watchdog is more patient than that."""

_Request = StopRequest | ReloadRequest


def run_daemon(load: Callable[[], Settings]) -> int:
    """Watches until SIGTERM or SIGINT; SIGHUP has the settings read again.

    Args:
        load: Reads the settings.

    Returns:
        The exit status.

    Raises:
        OcrWatcherError: It could not begin.
    """
    inbox: SimpleQueue[_Request] = SimpleQueue()
    with (
        stop_requests(inbox.put),
        reload_requests(inbox.put),
        Notifier(os.environ) as notifier,
    ):
        settings: Settings | None = load()
        before: Settings | None = None
        while settings is not None:
            try:
                before, settings = settings, _serve(settings, load, inbox, notifier)
            except OcrWatcherError as error:
                if before is None:
                    raise
                _tell_refusal(error)
                settings, before = before, None
    _log.info("stopped")
    return 0


def _serve(
    settings: Settings,
    load: Callable[[], Settings],
    inbox: SimpleQueue[_Request],
    notifier: Notifier,
) -> Settings | None:
    """Works by some settings.

    Other settings mean another pipeline: calls in flight are finished and written, and what
    waits lies safely in the folders for the next one to find.

    Returns:
        The settings to go on with; None where there is to be an end.
    """
    pulses = Pulses()
    with engine_and_ledger(settings, pulses) as (engine, ledger):
        pipeline = Pipeline(settings, engine, ledger, pulses=pulses)
        pipeline.start()
        within = STOP_SECONDS
        try:
            notifier.ready()
            following = _attend(pipeline, load, inbox, notifier)
            if following is not None:
                within = _RELOAD_SECONDS
            return following
        finally:
            pipeline.stop(within)


def _attend(
    pipeline: Pipeline,
    load: Callable[[], Settings],
    inbox: SimpleQueue[_Request],
    notifier: Notifier,
) -> Settings | None:
    told = _Told(notifier)
    while True:
        match _next(inbox, notifier):
            case StopRequest(signal):
                _log.info("stopping", extra=fields(signal=signal.name))
                notifier.stopping()
                return None
            case ReloadRequest():
                notifier.reloading()
                settings = _reloaded(load)
                if settings is not None:
                    return settings
                notifier.ready()
        told.tell(pipeline)


def _next(inbox: SimpleQueue[_Request], notifier: Notifier) -> _Request | None:
    watchdog = notifier.watchdog_seconds or _STATUS_SECONDS
    try:
        return inbox.get(timeout=min(_STATUS_SECONDS, watchdog / 3))
    except queue.Empty:
        return None


def _reloaded(load: Callable[[], Settings]) -> Settings | None:
    """Reads the settings, and tries the engine, before anything that works is given up."""
    try:
        settings = load()
        engine = choose_engine(settings, os.environ, callers=1)
        _log.info("settings read again", extra=fields(engine=engine.description.name))
        engine.close()
    except OcrWatcherError as error:
        _tell_refusal(error)
        return None
    return settings


def _tell_refusal(error: OcrWatcherError) -> None:
    for line in filter(None, [*str(error).splitlines(), error.advice]):
        _log.error("the settings stay as they were: %s", line)


class _Told:
    """What the service manager was told last; it is told again only what is new."""

    def __init__(self, notifier: Notifier) -> None:
        self._notifier = notifier
        self._status = ""
        self._ailment: str | None = None

    def tell(self, pipeline: Pipeline) -> None:
        status = pipeline.status
        if status != self._status:
            self._status = status
            self._notifier.status(status)
        ailment = pipeline.ailment()
        if ailment is None:
            self._notifier.alive()
        elif ailment != self._ailment:
            _log.error("the work does not go on: %s", ailment)
        self._ailment = ailment
