"""The pipeline: starts and ends all parts of a run in their order."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from ocr_watcher.engine.choose import machines_of
from ocr_watcher.threads.expendable import ExpendableThread
from ocr_watcher.values.snapshot import Health, Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

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
"""The seconds that calls in flight get to end when the program is asked to stop."""
_UNPAID_SECONDS = 1.0
"""The same at a terminal, if calls cost nothing."""
_WATCHERS_SECONDS = 5.0
"""The seconds that the watchers get to end. They wait only for their folders."""


class HungFolders:
    """The listener that has all parts go on without the folders that do not answer."""

    def __init__(self, queue: JobQueue, workers: WorkerPool, watchers: Watchers) -> None:
        """Create the listener from the parts that use folders."""
        self._queue = queue
        self._workers = workers
        self._watchers = watchers

    def thread_is_stuck(self, thread: int) -> None:
        """Go on without a thread that waits for a folder which does not answer."""
        self._workers.replace(thread)

    def hang_began(self, root: str) -> None:
        """Stop the work on a folder that does not answer."""
        self._queue.hold(root)
        self._watchers.hang_began(root)

    def hang_ended(self, root: str) -> None:
        """Resume the work on a folder that answers again."""
        self._queue.release(root)
        self._watchers.hang_ended(root)


class Pipeline:
    """The parts of a run, from the watchers of the folders to the engine."""

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
        """Begin to watch, without waiting for it.

        The workers start first, so that they can take what the watchers find.
        """
        self._hangs.start()
        self._pause_holds.start()
        self._workers.start()
        self._watchers.start()

    def wait_until_watching(self) -> None:
        """Wait until each folder is watched or is known not to answer.

        Raises:
            Stopped: The pipeline was stopped meanwhile.
        """
        self._watchers.wait_until_watching()

    def drain(self) -> int:
        """Recognise the images in the folders that answer, without watching the folders.

        Returns:
            The number of directories that could not be read; images in them are still to be found.

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

    def end_work(self, within: float) -> None:
        """Begin no more work, and wait so many seconds for the calls in flight, before `stop`."""
        self._close_work()
        self._workers.join(time.monotonic() + within)

    def stop(
        self, within: float = STOP_SECONDS, before_close: Callable[[], None] = lambda: None
    ) -> bool:
        """Stop; the next start finds the images that wait.

        The queue and the circuit breakers are closed first, which ends every wait in the watchers
        and the workers. Calls in flight may end. Before that wait, pages that are being decoded are
        given up, as no call would be made for them any more. A worker in the call for the last page
        of a file still writes the sidecars, also the PDF that a sandbox makes.

        Args:
            within: The seconds after which a call, or a request to a share whose server is gone, is
                given up.
            before_close: Called when all pages are read, before the engine is closed; not called
                if calls are given up.

        Returns:
            Whether all parts ended in time.
        """
        deadline = time.monotonic() + within
        self._close_work()
        # Meanwhile a thread that waits for a folder which does not answer is found and left behind.
        watchers = ExpendableThread(self._stop_watching, name="stopping")
        watchers.start()
        finished = self._workers.join(deadline)
        watchers.join()
        self._hangs.close()
        self._sandboxes.close()
        if finished:
            before_close()
            self._engine.close()
        else:
            self._give_up_calls()
        return finished and self._watching_ended

    def _close_work(self) -> None:
        self._underway_file.close()  # a kill after a request to stop is not the fault of an image
        self._queue.close()
        self._breakers.stop()
        self._pause_holds.close()
        self._memory.close()
        self._sandboxes.stop_pages()

    def _give_up_calls(self) -> None:
        _log.warning("calls in flight did not end in time and are given up")
        # It may take long, and is not needed at the end of the process. But after a reload, the
        # connections and processes of the engine would stay.
        ExpendableThread(self._engine.close, name="closing").start()

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
        """Return the state of the pipeline."""
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
