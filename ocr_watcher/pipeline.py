"""The way of an image, put together: what feeds what, what starts first and what ends last."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from ocr_watcher.engine.choose import policy_of
from ocr_watcher.engine.guard import breaker_for, guarded
from ocr_watcher.escapes import printable
from ocr_watcher.folders.folder import folders_of
from ocr_watcher.logs.fields import fields
from ocr_watcher.pages.sandbox.pool import SandboxPool
from ocr_watcher.sidecars.state import State
from ocr_watcher.threads.expendable import ExpendableThread
from ocr_watcher.threads.heartbeat import Heartbeats
from ocr_watcher.values.outcome import Changed
from ocr_watcher.watch.hangs import HANG_SECONDS, Hangs
from ocr_watcher.watch.watchers import Watchers
from ocr_watcher.work.attempt import Attempts
from ocr_watcher.work.memory import ByteBudget, budget_for
from ocr_watcher.work.memory_limit import memory_limit
from ocr_watcher.work.queue import JobQueue
from ocr_watcher.work.recognise import Recogniser
from ocr_watcher.work.tally import Tally
from ocr_watcher.work.underway.attempts import ToldPages, Underway
from ocr_watcher.work.underway.file import UnderwayFile
from ocr_watcher.work.underway.suspects import Suspects
from ocr_watcher.work.worker import WorkerPool

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.ledger.ledger import Ledger
    from ocr_watcher.settings.model import Settings
    from ocr_watcher.values.image import Image
    from ocr_watcher.values.outcome import Outcome
    from ocr_watcher.values.pause import Pause
    from ocr_watcher.work.underway.entry import Entry
    from ocr_watcher.work.worker import Require

_log = logging.getLogger(__name__)

STOP_SECONDS = 30.0
"""How long the calls in flight are given to come back when the program is asked to stop."""
_UNPAID_SECONDS = 1.0
"""The same at a terminal, where nothing is paid for the calls."""
_WATCHERS_SECONDS = 5.0
"""What the watchers are given to end. They wait for nothing but their folders."""
_WAITING = 10_000
"""How many images are held; the others wait in the folder until there is room."""


class Pipeline:
    """Folder, watcher, queue, workers, renderers, circuit breaker, engine, sidecar."""

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        ledger: Ledger,
        *,
        on_end: Callable[[Image, Outcome], None] = lambda _image, _outcome: None,
        on_pause: Callable[[Pause], None] = lambda _pause: None,
        on_page: Callable[[Entry], None] = lambda _entry: None,
        patient: bool = True,
        heartbeats: Heartbeats | None = None,
        require: Require = lambda _root: None,
        overdue_seconds: float | None = None,
        hang_seconds: float = HANG_SECONDS,
    ) -> None:
        """Puts the parts together; nothing is started.

        Args:
            settings: What is watched, and how.
            engine: Makes the calls. The pipeline closes it when it stops.
            ledger: Remembers what must not be done twice.
            on_end: Is told, on a worker's thread, of every try that is not repeated.
            on_pause: Is told, on a worker's thread, that no calls are made.
            on_page: Is told, on a worker's thread, of each page of a document that is begun.
            patient: Whether an image is waited for however long what keeps it from its text
                is not its own fault. Otherwise it is left after ``retry.attempts`` tries.
            heartbeats: Of all threads, those in a call of the engine among them.
            require: Raises `ClaimError` where another program works on a folder.
            overdue_seconds: How long one step of any thread may take; None for a time that no
                call, however slow, needs.
            hang_seconds: How long one step may wait for the file system of a folder.
        """
        folders = folders_of(settings)
        self._on_end = on_end
        self._on_pause = on_pause
        self._ledger = ledger
        self._heartbeats = heartbeats or Heartbeats()
        self._policy = policy_of(settings, engine.description.name)
        self._overdue_seconds = overdue_seconds or self._policy.longest_call_seconds
        self._tally = Tally()
        self._breaker = breaker_for(settings, engine, self._paused, self._heartbeats)
        self._engine = guarded(settings, engine, self._breaker, ledger, self._heartbeats)
        self._queue = JobQueue(_WAITING)
        self._watcher = Watchers(
            folders.values(),
            self._queue,
            settings,
            ledger,
            on_scanned=lambda folder, states: self._tally.scanned(folder.root, states),
            heartbeats=self._heartbeats,
        )
        self._memory = ByteBudget(budget_for(memory_limit()), self._heartbeats)
        self._pages = SandboxPool(heartbeats=self._heartbeats)
        suspects = Suspects(ledger.deaths)
        suspects.count_left_behind(settings.state_dir)
        self._queue.isolate(suspects.goes_alone)
        self._underway_file = UnderwayFile(settings.state_dir)
        underway = Underway(self._underway_file, on_page=on_page)
        recogniser = Recogniser(
            folders,
            self._engine,
            ToldPages(self._pages, underway, suspects),
            recall=ledger.done_stamp_of,
            note_done=ledger.done,
            recall_hash=ledger.done_hash_of,
            memory=self._memory,
            heartbeats=self._heartbeats,
        )
        self._workers = WorkerPool(
            settings.workers,
            queue=self._queue,
            breaker=self._breaker,
            attempt=Attempts(
                recogniser,
                ledger,
                settings.retry,
                fault=lambda: self._breaker.fault,
                underway=underway,
                suspects=suspects,
            ),
            on_end=self._end,
            heartbeats=self._heartbeats,
            most_delays=float("inf") if patient else settings.retry.attempts,
            require=require,
        )
        self._watching_ended = False
        self._hangs = Hangs(self._heartbeats, self, hang_seconds)
        ledger.paused(engine.description.name, None)

    def start(self) -> None:
        """Starts to watch. The workers come first: what the watcher finds has somewhere to go."""
        self._hangs.start()
        self._workers.start()
        self._watcher.start()

    def drain(self) -> int:
        """Works off what lies in the folders that answer, without watching them.

        Returns:
            How many directories could not be read; images in them are still to be found.

        Raises:
            Stopped: The pipeline was stopped before it was done.
        """
        self._hangs.start()
        self._workers.start()
        unread = self._watcher.scan_once()
        while self._watcher.settling_here + self._queue.size_here:
            self._watcher.join()
            self._queue.join()
        return unread

    def stop(self, within: float = STOP_SECONDS) -> bool:
        """Stops; what waits is found again by the next start.

        Queue and circuit breaker come first, which ends every wait in the watcher and the workers;
        calls in flight are left to come back. Pages that are being rendered are given up before
        those are waited for: no call would be made for them any more. Whoever is in the call for
        the last page of a file needs no renderer any more, and writes what it brings.

        Args:
            within: Seconds after which is given up what has not ended: a call, or a look at a
                share whose server is gone.

        Returns:
            Whether all ended in time.
        """
        deadline = time.monotonic() + within
        self._underway_file.close()  # whoever asked for the end and then kills, no image did
        self._queue.close()
        self._breaker.stop()
        self._memory.close()
        self._pages.close()
        # Meanwhile whoever waits for a folder that does not answer is found, and left behind.
        watchers = ExpendableThread(self._stop_watching, name="stopping")
        watchers.start()
        finished = self._workers.join(deadline)
        watchers.join()
        self._hangs.close()
        if finished:
            self._engine.close()
        else:
            _log.warning(
                "calls in flight did not end in time and are given up",
                extra=fields(after_seconds=within),
            )
        return finished and self._watching_ended

    def _stop_watching(self) -> None:
        self._watching_ended = self._watcher.stop(time.monotonic() + _WATCHERS_SECONDS)

    def thread_is_stuck(self, thread: int) -> None:
        """Go on without a thread that waits for a folder which does not answer."""
        self._workers.replace(thread)

    def hang_began(self, root: str) -> None:
        """Leave a folder alone that does not answer."""
        self._queue.hold(root)
        self._watcher.hang_began(root)

    def hang_ended(self, root: str) -> None:
        """Work on a folder again that answers again."""
        self._queue.release(root)
        self._watcher.hang_ended(root)

    @property
    def patience(self) -> float:
        """How many seconds a person at a terminal has to wait for the calls in flight.

        A call of a service is paid for, so its answer is waited for. A page that is read on this
        machine is read again the next time.
        """
        return STOP_SECONDS if self._policy.is_paid else _UNPAID_SECONDS

    @property
    def waiting(self) -> int:
        """How many images settle, wait or are being worked on, as far as they are held."""
        return self._watcher.settling + len(self._queue)

    @property
    def done_already(self) -> int:
        """How many images had their text when their folder was scanned first."""
        return self._tally.found_first(State.DONE)

    @property
    def status(self) -> str:
        """How things stand, in one line for people."""
        parts = [self._tally.line(self.waiting)]
        parts += (f"{printable(root)} does not answer" for root in sorted(self._hangs.roots))
        pause = self._breaker.pause
        if pause is not None:
            parts.append(f"no calls are made: {pause.message}")
        return "; ".join(parts)

    def ailment(self) -> str | None:
        """Names what does not advance, though it should; None where all does."""
        if not (self._watcher.works() and self._workers.works()):
            return "a thread has ended"
        late = self._heartbeats.overdue(self._overdue_seconds)
        return None if late is None else f"no end of: {late}"

    def _paused(self, pause: Pause | None) -> None:
        self._ledger.paused(self._engine.description.name, pause)
        if pause is not None:
            self._on_pause(pause)

    def _end(self, image: Image, outcome: Outcome) -> None:
        if isinstance(outcome, Changed):
            self._watcher.settle_anew(image)
        self._tally.ended(image.root, outcome)
        self._on_end(image, outcome)
