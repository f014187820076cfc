"""The way of an image, put together: what starts first and what ends last."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from ocr_watcher.engine.choose import machines_of
from ocr_watcher.logs.fields import fields
from ocr_watcher.threads.expendable import ExpendableThread
from ocr_watcher.values.snapshot import Health, Snapshot

if TYPE_CHECKING:
    from ocr_watcher.engine.endpoint_breakers import EndpointBreakers
    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.pages.sandbox.pool import SandboxPool
    from ocr_watcher.threads.heartbeat import Heartbeats
    from ocr_watcher.values.image import Image
    from ocr_watcher.watch.hangs import Hangs
    from ocr_watcher.watch.watchers import Watchers
    from ocr_watcher.work.memory import ByteBudget
    from ocr_watcher.work.pause_holds import PauseHolds
    from ocr_watcher.work.queue import JobQueue
    from ocr_watcher.work.tally import Tally
    from ocr_watcher.work.underway.underway_file import UnderwayFile
    from ocr_watcher.work.worker import WorkerPool

_log = logging.getLogger(__name__)

STOP_SECONDS = 30.0
"""How long the calls in flight are given to come back when the program is asked to stop."""
_UNPAID_SECONDS = 1.0
"""The same at a terminal, where nothing is paid for the calls."""
_WATCHERS_SECONDS = 5.0
"""What the watchers are given to end. They wait for nothing but their folders."""


class HungFolders:
    """The parts that leave folders alone which do not answer, and go on without them."""

    def __init__(self, queue: JobQueue, workers: WorkerPool, watchers: Watchers) -> None:
        """Create it from the parts that touch folders."""
        self._queue = queue
        self._workers = workers
        self._watchers = watchers

    def thread_is_stuck(self, thread: int) -> None:
        """Go on without a thread that waits for a folder which does not answer."""
        self._workers.replace(thread)

    def hang_began(self, root: str) -> None:
        """Leave a folder alone that does not answer."""
        self._queue.hold(root)
        self._watchers.hang_began(root)

    def hang_ended(self, root: str) -> None:
        """Work on a folder again that answers again."""
        self._queue.release(root)
        self._watchers.hang_ended(root)


class Pipeline:
    """Folder, watcher, queue, workers, sandbox, circuit breaker, engine, sidecar."""

    def __init__(
        self,
        *,
        watchers: Watchers,
        queue: JobQueue,
        workers: WorkerPool,
        engine: Engine,
        breakers: EndpointBreakers,
        pause_holds: PauseHolds,
        memory: ByteBudget,
        sandboxes: SandboxPool,
        underway_file: UnderwayFile,
        tally: Tally,
        heartbeats: Heartbeats,
        hangs: Hangs,
        overdue_seconds: float,
        is_paid: bool,
    ) -> None:
        """Create a pipeline of parts that are not started; it starts and ends them.

        Args:
            watchers: The watchers, which find the images.
            queue: The queue, which holds the images.
            workers: The workers, which see each image to its end.
            engine: The engine, which reads pages.
            breakers: The circuit breakers, which stop the calls if each would fail.
            pause_holds: The holds, which keep the images in the queue whose endpoint is not called.
            memory: The bytes of files that the workers may hold.
            sandboxes: The sandboxes, which decode the pages.
            underway_file: The file that remembers beyond the process which images are being worked
                on.
            tally: The tally, which counts the images.
            heartbeats: The heartbeats of all threads.
            hangs: The detector of folders that do not answer.
            overdue_seconds: The longest time that one step of any thread may take, in seconds.
            is_paid: Whether a call costs something, so that its answer is waited for.
        """
        self._watchers = watchers
        self._queue = queue
        self._workers = workers
        self._engine = engine
        self._breakers = breakers
        self._pause_holds = pause_holds
        self._memory = memory
        self._sandboxes = sandboxes
        self._underway_file = underway_file
        self._tally = tally
        self._heartbeats = heartbeats
        self._hangs = hangs
        self._overdue_seconds = overdue_seconds
        self._is_paid = is_paid
        self._watching_ended = False

    def start(self) -> None:
        """Start to watch. The workers come first: what the watcher finds has somewhere to go."""
        self._hangs.start()
        self._pause_holds.start()
        self._workers.start()
        self._watchers.start()

    def drain(self) -> int:
        """Work off what lies in the folders that answer, without watching them.

        Returns:
            How many directories could not be read; images in them are still to be found.

        Raises:
            Stopped: The pipeline was stopped before it was done.
        """
        self._hangs.start()
        self._pause_holds.start()
        self._workers.start()
        unread = self._watchers.scan_once()
        while self._watchers.settling_here + self._queue.size_here:
            self._watchers.join()
            self._queue.join()
        return unread

    def stop(self, within: float = STOP_SECONDS) -> bool:
        """Stop; what waits is found again by the next start.

        Queue and circuit breaker come first, which ends every wait in the watchers and the workers;
        calls in flight are left to come back. Pages that are being decoded are given up before
        those are waited for: no call would be made for them any more. A worker in the call for
        the last page of a file writes what the call brings, also the PDF that a sandbox makes.

        Args:
            within: Seconds after which is given up what has not ended: a call, or a look at a
                share whose server is gone.

        Returns:
            Whether all ended in time.
        """
        deadline = time.monotonic() + within
        self._underway_file.close()  # a kill after a request to stop is not the fault of an image
        self._queue.close()
        self._breakers.stop()
        self._pause_holds.close()
        self._memory.close()
        self._sandboxes.stop_pages()
        # Meanwhile a thread that waits for a folder which does not answer is found and left behind.
        watchers = ExpendableThread(self._stop_watching, name="stopping")
        watchers.start()
        finished = self._workers.join(deadline)
        watchers.join()
        self._hangs.close()
        self._sandboxes.close()
        if finished:
            self._engine.close()
        else:
            _log.warning(
                "calls in flight did not end in time and are given up",
                extra=fields(after_seconds=within),
            )
            # It may take long, and at the end of the process nobody waits for it. After a reload
            # the connections and processes of the engine would stay.
            ExpendableThread(self._engine.close, name="closing").start()
        return finished and self._watching_ended

    def _stop_watching(self) -> None:
        self._watching_ended = self._watchers.stop(time.monotonic() + _WATCHERS_SECONDS)

    @property
    def patience(self) -> float:
        """The seconds that a person at a terminal has to wait for the calls in flight.

        A call of a service is paid for, so its answer is waited for. A page that is read on this
        machine is read again the next time.
        """
        return STOP_SECONDS if self._is_paid else _UNPAID_SECONDS

    @property
    def waiting(self) -> int:
        """The number of images in memory that settle, wait or are being worked on."""
        return self._watchers.settling + len(self._queue)

    def is_queued(self, image: Image) -> bool:
        """Return whether an image waits in the queue, or is being worked on."""
        return image in self._queue

    def snapshot(self) -> Snapshot:
        """Return how things stand."""
        return Snapshot(
            counts=self._tally.counts(self.waiting),
            by_folder=self._tally.by_folder,
            at_first=self._tally.at_first,
            hung=tuple(sorted(self._hangs.roots)),
            pause=self._breakers.pause,
            pauses=self._breakers.pauses,
            health=Health(
                has_lost_a_thread=not (self._watchers.works() and self._workers.works()),
                overdue=self._heartbeats.overdue(self._overdue_seconds),
            ),
            machines=machines_of(self._engine),
        )
