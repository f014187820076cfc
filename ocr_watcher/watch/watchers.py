"""One watcher for each folder, so that a share that hangs delays no other folder."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from ocr_watcher.errors import Stopped
from ocr_watcher.logs.fields import fields
from ocr_watcher.threads.expendable import ExpendableThread
from ocr_watcher.values.outcome import Changed
from ocr_watcher.watch.folder_watcher import Watcher

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from ocr_watcher.events.bus import EventBus
    from ocr_watcher.events.model import AttemptEnded
    from ocr_watcher.folders.folder import Folder
    from ocr_watcher.ledger.ledger import Ledger
    from ocr_watcher.settings.model import Settings
    from ocr_watcher.threads.heartbeat import Heartbeats
    from ocr_watcher.work.queue import JobQueue

_log = logging.getLogger(__name__)


class Watchers:
    """The watchers of all folders, each on threads of its own.

    Every system call on a share whose server is gone can block for ever, and no signal ends it.
    Scanner, settler and supervisor therefore have one thread for each folder.
    """

    def __init__(
        self,
        folders: Collection[Folder],
        queue: JobQueue,
        settings: Settings,
        ledger: Ledger,
        *,
        bus: EventBus,
        heartbeats: Heartbeats,
    ) -> None:
        """Create a watcher for each folder; nothing is started.

        Args:
            folders: The folders to watch.
            queue: The queue that receives the images.
            settings: The settings, see `Watcher`.
            ledger: The ledger, see `Watcher`.
            bus: The event bus, see `Watcher`.
            heartbeats: The heartbeats, see `Watcher`.
        """
        self._watchers = {
            folder.root: Watcher([folder], queue, settings, ledger, bus=bus, heartbeats=heartbeats)
            for folder in folders
        }
        self._changed = threading.Condition()
        self._started: set[str] = set()
        self._busy: set[str] = set()
        self._hung: set[str] = set()
        self._unread = 0
        self._fault: Exception | None = None
        self._stopping = False
        queue.leave_to(lambda image: self._watchers[image.root].scan_after_retries(image))

    def start(self) -> None:
        """Begin to watch, without waiting for it: a large tree takes minutes."""
        self._on_threads(self._start)

    def wait_until_watching(self) -> None:
        """Wait until each folder is watched or is known not to answer.

        The thread of a folder that does not answer begins to watch it when it answers.

        Raises:
            Stopped: Watching was ended meanwhile.
        """
        self._wait_for_the_busy()

    def stop(self, deadline: float) -> bool:
        """End all watching; the queue must have been closed before.

        Args:
            deadline: A time of `time.monotonic`; threads that run longer are left behind.

        Returns:
            Whether all watchers have ended.
        """
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        threads = [
            ExpendableThread(watcher.stop, name="stopping") for watcher in self._watchers.values()
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in threads)

    def scan_once(self) -> int:
        """Scan every folder as `Watcher.scan_once` does, without those that do not answer.

        Returns:
            The number of directories that could not be read, and of folders that did not answer.

        Raises:
            Stopped: The queue was closed meanwhile.
        """
        self._on_threads(self._scan_once)
        self._wait_for_the_busy()
        with self._changed:
            return self._unread + len(self._busy)

    def join(self) -> None:
        """Wait until no image is settling in the folders that answer.

        Raises:
            Stopped: Settling was stopped.
        """
        self._on_threads(Watcher.join)
        self._wait_for_the_busy()

    @property
    def settling(self) -> int:
        """The number of images that are settling."""
        return sum(watcher.settling for watcher in self._watchers.values())

    @property
    def settling_here(self) -> int:
        """The number of images that are settling in the folders that answer."""
        with self._changed:
            hung = set(self._hung)
        return sum(watcher.settling for root, watcher in self._watchers.items() if root not in hung)

    def attempt_ended(self, event: AttemptEnded) -> None:
        """Let an image settle again if its content changed while it was read."""
        if isinstance(event.outcome, Changed):
            self._watchers[event.image.root].settle_anew(event.image)

    def works(self) -> bool:
        """Return whether every thread of the folders that are watched is alive."""
        with self._changed:
            started = self._started - self._hung
        return all(self._watchers[root].works() for root in started)

    def hang_began(self, root: str) -> None:
        """Stop waiting for a folder, as it does not answer."""
        with self._changed:
            self._hung.add(root)
            self._changed.notify_all()

    def hang_ended(self, root: str) -> None:
        """Request a scan of a folder that answers again, as events may have been missed."""
        with self._changed:
            self._hung.discard(root)
        self._watchers[root].rescan()

    def _start(self, watcher: Watcher) -> None:
        try:
            watcher.start()
            with self._changed:
                self._started.add(watcher.root)
        finally:
            with self._changed:
                stopping = self._stopping
            if stopping:  # some of its parts may have begun only after the others were stopped
                watcher.stop()

    def _scan_once(self, watcher: Watcher) -> None:
        unread = watcher.scan_once()
        with self._changed:
            self._unread += unread

    def _on_threads(self, work: Callable[[Watcher], object]) -> None:
        with self._changed:
            self._busy = set(self._watchers)
        for root, watcher in self._watchers.items():
            ExpendableThread(self._run, name=f"watcher {root}", args=(work, watcher)).start()

    def _run(self, work: Callable[[Watcher], object], watcher: Watcher) -> None:
        try:
            work(watcher)
        except Stopped:
            return
        except Exception as error:
            self._note_fault(error, watcher.root)
        finally:
            with self._changed:
                self._busy.discard(watcher.root)
                self._changed.notify_all()

    def _note_fault(self, error: Exception, root: str) -> None:
        with self._changed:
            if root not in self._hung:  # the waiting thread raises it
                self._fault = error
                return
        _log.error("a fault of this program", exc_info=error, extra=fields(folder=root))

    def _wait_for_the_busy(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._stopping or self._busy <= self._hung)
            if self._stopping:
                raise Stopped
            if self._fault is not None:
                raise self._fault
