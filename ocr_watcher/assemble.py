"""Builds the parts of a run and connects them; the only module that knows all of them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ocr_watcher.engine.choose import follow, policy_of
from ocr_watcher.engine.folder_engines import FolderEngines
from ocr_watcher.events.bus import EventBus
from ocr_watcher.events.model import AttemptEnded, FolderScanned, PauseChanged
from ocr_watcher.folders.folder import folders_of
from ocr_watcher.pages.sandbox.pool import SandboxPool
from ocr_watcher.pipeline import HungFolders, Pipeline
from ocr_watcher.threads.heartbeat import Heartbeats
from ocr_watcher.watch.hangs import HANG_SECONDS, Hangs
from ocr_watcher.watch.watchers import Watchers
from ocr_watcher.work.attempt import Attempts
from ocr_watcher.work.attempt_log import log_attempt
from ocr_watcher.work.memory import ByteBudget, budget_for
from ocr_watcher.work.memory_limit import memory_limit
from ocr_watcher.work.pause_holds import PauseHolds
from ocr_watcher.work.queue import JobQueue
from ocr_watcher.work.recognise import Recogniser
from ocr_watcher.work.tally import Tally
from ocr_watcher.work.underway.attempts import TrackedPages, Underway
from ocr_watcher.work.underway.suspects import Suspects
from ocr_watcher.work.underway.underway_file import UnderwayFile
from ocr_watcher.work.worker import WorkerPool

if TYPE_CHECKING:
    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.ledger.ledger import Ledger
    from ocr_watcher.settings.model import Settings
    from ocr_watcher.work.worker import Require

_WAITING = 10_000
"""The most images in memory; the others wait in their folder until there is room."""


def assemble(
    settings: Settings,
    engine: Engine,
    ledger: Ledger,
    *,
    bus: EventBus | None = None,
    heartbeats: Heartbeats | None = None,
    require: Require = lambda _root: None,
    is_patient: bool = True,
    overdue_seconds: float | None = None,
    hang_seconds: float = HANG_SECONDS,
) -> Pipeline:
    """Build a pipeline; nothing is started.

    Args:
        settings: The settings of the run.
        engine: The engine, which the pipeline closes when it stops.
        ledger: The ledger.
        bus: The bus that events are published on.
        heartbeats: The heartbeats of all threads, those in a call of the engine among them.
        require: A function that raises `ClaimError` if another program works on a folder.
        is_patient: Whether to retry without limit while the fault is not the image's own. Otherwise
            the image is left after ``retry.attempts`` tries.
        overdue_seconds: The longest time for one step of any thread, in seconds; None for a time
            that is longer than any call.
        hang_seconds: The longest time for which one step may wait for the file system of a folder.
    """
    bus = bus or EventBus()
    heartbeats = heartbeats or Heartbeats()
    name = engine.identity.name
    policy = policy_of(settings, name)
    folders = folders_of(settings)
    engines = FolderEngines(settings, engine, ledger, heartbeats, roots=folders, bus=bus)
    queue = JobQueue(_WAITING, is_patient=is_patient)
    pause_holds = PauseHolds(queue, engines.breakers, engines.roots)
    watchers = Watchers(folders.values(), queue, settings, ledger, bus=bus, heartbeats=heartbeats)
    memory = ByteBudget(budget_for(memory_limit()), heartbeats)
    sandboxes = SandboxPool(heartbeats=heartbeats, pdf_text=settings.pdf.text)
    underway_file = UnderwayFile(settings.state_dir)
    underway = Underway(underway_file, bus=bus)
    suspects = _suspects(settings, ledger, queue)
    recogniser = Recogniser(
        folders,
        engines.of,
        TrackedPages(sandboxes, underway, suspects),
        recall=ledger.done_stamp_of,
        note_done=ledger.done,
        recall_hash=ledger.done_hash_of,
        note_own_file=ledger.own_files.note,
        memory=memory,
        heartbeats=heartbeats,
    )
    attempts = Attempts(
        recogniser,
        ledger,
        settings.retry,
        fault=lambda endpoint: engines.breakers.of(endpoint).fault,
        endpoint_of=engines.endpoint_of,
        underway=underway,
        suspects=suspects,
    )
    workers = WorkerPool(
        settings.workers,
        queue=queue,
        breaker_of=engines.breaker_of,
        attempt=attempts,
        bus=bus,
        heartbeats=heartbeats,
        most_delays=float("inf") if is_patient else settings.retry.attempts,
        require=require,
    )
    follow(engine, workers.resize)
    tally = Tally()
    _attach(bus, tally, watchers, ledger)
    ledger.forget_pauses(name)  # those of an earlier run are over
    return Pipeline(
        watchers=watchers,
        queue=queue,
        workers=workers,
        engine=engine,
        breakers=engines.breakers,
        pause_holds=pause_holds,
        memory=memory,
        sandboxes=sandboxes,
        underway_file=underway_file,
        tally=tally,
        heartbeats=heartbeats,
        hangs=Hangs(heartbeats, HungFolders(queue, workers, watchers), hang_seconds),
        overdue_seconds=overdue_seconds or policy.longest_call_seconds,
        is_paid=policy.is_paid,
    )


def _suspects(settings: Settings, ledger: Ledger, queue: JobQueue) -> Suspects:
    suspects = Suspects(ledger.deaths)
    suspects.count_left_behind(settings.state_dir)
    queue.isolate(suspects.goes_alone)
    return suspects


def _attach(bus: EventBus, tally: Tally, watchers: Watchers, ledger: Ledger) -> None:
    """Attach the listeners that every run has; each is quick."""
    bus.listen(FolderScanned, tally.scanned)
    bus.listen(AttemptEnded, log_attempt)
    bus.listen(AttemptEnded, watchers.attempt_ended)
    bus.listen(AttemptEnded, tally.ended)
    bus.listen(PauseChanged, partial(_note_pause, ledger))


def _note_pause(ledger: Ledger, event: PauseChanged) -> None:
    ledger.paused(event.engine, event.pause, event.endpoint)
