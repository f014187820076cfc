"""The command ``run``: the daemon, which answers signals and reports to the service manager."""

from __future__ import annotations

import contextlib
import functools
import logging
from queue import SimpleQueue
from typing import TYPE_CHECKING

from ocr_watcher.assemble import assemble
from ocr_watcher.commands.attendant import Attendant, StepEnded, next_request
from ocr_watcher.commands.metrics_facts import facts_of
from ocr_watcher.commands.opening import open_tools
from ocr_watcher.commands.outlets import open_outlets
from ocr_watcher.commands.reloads import Reloads
from ocr_watcher.commands.reporter import Reporter
from ocr_watcher.commands.shown import shown
from ocr_watcher.commands.start import Start, prepared
from ocr_watcher.engine.choose import machines_of, take_over
from ocr_watcher.errors import OcrWatcherError, Stopped
from ocr_watcher.events.bus import EventBus
from ocr_watcher.events.model import PauseChanged
from ocr_watcher.logs.fields import fields
from ocr_watcher.pipeline import STOP_SECONDS
from ocr_watcher.processes.code_memory import forbid_code_memory
from ocr_watcher.service.signals import ReloadRequest, StopRequest, reload_requests, stop_requests
from ocr_watcher.service.status_line import status_line, what_is_wrong

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.commands.outlets import Outlets
    from ocr_watcher.commands.tools import Tools
    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.pipeline import Pipeline
    from ocr_watcher.settings.model import Settings

_log = logging.getLogger(__name__)

_STARTING = "starting: begins to watch the folders"
_RELOAD_SECONDS = 120.0
"""The longest wait for calls in flight at a reload, in seconds. The watchdog waits longer."""

_Request = StopRequest | ReloadRequest | PauseChanged | StepEnded


def run_daemon(load: Callable[[], Settings]) -> int:
    """Watch until SIGTERM or SIGINT; read the settings again at SIGHUP.

    Args:
        load: A function that reads the settings and returns them.

    Returns:
        The exit status.

    Raises:
        OcrWatcherError: The daemon could not start.
    """
    inbox: SimpleQueue[_Request] = SimpleQueue()
    with (
        stop_requests(inbox.put),
        reload_requests(inbox.put),
        open_outlets() as outlets,
        contextlib.suppress(Stopped),
    ):
        _Daemon(load, inbox, outlets).run()
    _log.info("stopped")
    return 0


class _Daemon:
    """A daemon that works with one set of settings after the other."""

    def __init__(
        self,
        load: Callable[[], Settings],
        inbox: SimpleQueue[_Request],
        outlets: Outlets,
    ) -> None:
        self._load = load
        self._inbox = inbox
        self._notifier = outlets.notifier
        self._metrics = outlets.metrics
        self._page = outlets.page
        self._messages = outlets.messages
        self._reloads = Reloads()
        self._interval = outlets.report_seconds
        self._attendant = Attendant(inbox, self._note_stop, self._interval)

    def run(self) -> None:
        """Work until SIGTERM or SIGINT.

        Raises:
            Stopped: One of them came during a start or a reload.
        """
        start: Start | None = Start(self._load())
        forbid_code_memory(in_children=False)  # the process of the models needs it
        before: Settings | None = None
        reloaded = False
        while start is not None:
            try:
                before, start = start.settings, self._serve(start, reloaded=reloaded)
                reloaded = True
            except OcrWatcherError as error:
                if before is None:
                    raise
                self._reloads.refuse(error)
                start, before, reloaded = Start(before), None, False

    def _serve(self, start: Start, *, reloaded: bool) -> Start | None:
        """Work with one set of settings.

        Other settings need another pipeline. Calls in flight are finished and written. The next
        pipeline finds the images that wait in their folders.

        Returns:
            The start to continue with; None if the daemon is to stop.
        """
        settings, heartbeats = start.settings, start.heartbeats
        if start.engine is None:  # else it was checked before the engine was made
            self._page.check(settings)
        with contextlib.ExitStack() as parts:
            tools = open_tools(start, self._attendant, self._notifier, parts, reloaded=reloaded)
            bus = parts.enter_context(EventBus())
            bus.listen(PauseChanged, self._inbox.put)
            pipeline = assemble(
                settings,
                tools.engine,
                tools.ledger,
                bus=bus,
                heartbeats=heartbeats,
                require=tools.claims.require,
            )
            facts = functools.cache(lambda: facts_of(settings, tools, pipeline))
            on_page = self._page.is_on(settings)
            self._metrics.attach(settings, facts, bus, on_page=on_page)
            self._messages.attach(settings, lambda: pipeline.snapshot().counts.waiting, bus)
            metrics = self._metrics.text
            with shown(
                self._page, settings, tools=tools, facts=facts, metrics=metrics, bus=bus
            ) as ask_to_end:
                return self._work(pipeline, tools, settings, ask_to_end, reloaded=reloaded)

    def _work(
        self,
        pipeline: Pipeline,
        tools: Tools,
        settings: Settings,
        ask_to_end: Callable[[], None],
        *,
        reloaded: bool,
    ) -> Start | None:
        following: Start | None = None
        reporter = Reporter(self._notifier, tools.registration.give_sign)
        try:
            pipeline.start()
            self._wait_until_watching(pipeline, reporter, is_start=not reloaded)
            if reloaded:
                self._reloads.accept()
            with self._metrics.written(settings):
                requested = self._attend(pipeline, tools, reporter)
            following = self._end_work(pipeline, requested) if requested else None
            return following
        finally:
            if following is None:  # nobody opens the page while the calls in flight come back
                ask_to_end()
            _stop(pipeline, tools.engine, following)

    def _end_work(self, pipeline: Pipeline, following: Start) -> Start:
        """Wait for the calls in flight before a reload; a request to stop ends the wait."""
        try:
            self._attendant.attend(lambda _: pipeline.end_work(_RELOAD_SECONDS), lambda: None)
        except Stopped:
            following.close()
            raise
        return following

    def _wait_until_watching(
        self, pipeline: Pipeline, reporter: Reporter, *, is_start: bool
    ) -> None:
        def report() -> None:
            fault = what_is_wrong(pipeline.snapshot().health)
            reporter.report(_STARTING, fault, starting=is_start)

        self._attendant.attend(lambda _: pipeline.wait_until_watching(), report)

    def _attend(self, pipeline: Pipeline, tools: Tools, reporter: Reporter) -> Start | None:
        def report() -> None:
            snapshot = pipeline.snapshot()
            parts = (status_line(snapshot), self._reloads.line, tools.claims.line)
            reporter.report("; ".join(filter(None, parts)), what_is_wrong(snapshot.health))

        self._publish(tools)
        self._notifier.ready()
        while True:
            match next_request(self._inbox, self._interval):  # a pause is reported at once
                case StopRequest() as request:
                    self._note_stop(request)
                    return None
                case ReloadRequest():
                    self._notifier.reloading()
                    following = self._reloaded(tools.engine, report)
                    if following is not None:
                        return following
                    self._publish(tools)
                    self._notifier.ready()
            self._reloads.remind()
            self._publish(tools)
            report()

    def _note_stop(self, request: StopRequest) -> None:
        _log.info("stopping", extra=fields(signal=request.signal.name))
        self._notifier.stopping()

    def _publish(self, tools: Tools) -> None:
        reloads = self._reloads
        tools.registration.update(
            reloads=reloads.number,
            refusal=reloads.refusal,
            left_alone=tools.claims.obstacles,
            machines=machines_of(tools.engine),
        )

    def _reloaded(self, running: Engine, report: Callable[[], None]) -> Start | None:
        """Read the settings and make their engine, while the running pipeline goes on.

        Returns:
            The start of the next pipeline; None if the settings were refused.
        """
        try:
            settings = self._load()
            self._page.check(settings)
            return self._attendant.attend(
                lambda halt: prepared(settings, running, halt), report, Start.close
            )
        except OcrWatcherError as error:
            self._reloads.refuse(error)
            return None


def _stop(pipeline: Pipeline, engine: Engine, following: Start | None) -> None:
    """Stop a pipeline; the engine of the next one goes on with what its engine has loaded."""
    if following is None or following.engine is None:
        pipeline.stop(STOP_SECONDS)
    else:
        # The calls in flight have had their time.
        pipeline.stop(0.0, functools.partial(take_over, following.engine, engine))
