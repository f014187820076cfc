"""One watcher for each folder, so that a share that hangs holds up no other folder."""

from __future__ import annotations

import contextlib
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
    """Watches each folder on threads of its own.

    Every look at a folder on a share whose server is gone can block for ever, and no signal ends
    it. Scanner, settler and supervisor of each folder are therefore threads of that folder alone.
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
        """Make a watcher for each folder; nothing is started.

        Args:
            folders: What is watched.
            queue: Takes the images.
            settings: As for `Watcher`.
            ledger: Likewise.
            bus: Likewise.
            heartbeats: Likewise.
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
        """Begin to watch; return when each folder is watched, or does not answer.

        A folder that does not answer goes on beginning by itself.
        """
        self._on_threads(self._start)
        with contextlib.suppress(Stopped):
            self._wait_for_the_busy()

    def stop(self, deadline: float) -> bool:
        """End all watching; the queue must have been closed before.

        Args:
            deadline: By `time.monotonic`; what has not ended by then is left behind.

        Returns:
            Whether all has ended.
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
        """Scan every folder, as `Watcher.scan_once` does, but waits for none that does not answer.

        Returns:
            How many directories could not be read, or did not answer.

        Raises:
            Stopped: The queue was closed meanwhile.
        """
        self._on_threads(self._scan_once)
        self._wait_for_the_busy()
        with self._changed:
            return self._unread + len(self._busy)

    def join(self) -> None:
        """Wait until nothing settles in the folders that answer.

        Raises:
            Stopped: Settling was stopped.
        """
        self._on_threads(Watcher.join)
        self._wait_for_the_busy()

    @property
    def settling(self) -> int:
        """How many images settle."""
        return sum(watcher.settling for watcher in self._watchers.values())

    @property
    def settling_here(self) -> int:
        """The number of images that settle in the folders that answer."""
        with self._changed:
            hung = set(self._hung)
        return sum(watcher.settling for root, watcher in self._watchers.items() if root not in hung)

    def attempt_ended(self, event: AttemptEnded) -> None:
        """Have an image settle anew whose content changed while it was read."""
        if isinstance(event.outcome, Changed):
            self._watchers[event.image.root].settle_anew(event.image)

    def works(self) -> bool:
        """Return whether every thread lives, of the folders that have begun."""
        with self._changed:
            started = self._started - self._hung
        return all(self._watchers[root].works() for root in started)

    def hang_began(self, root: str) -> None:
        """Wait for a folder no longer: it does not answer."""
        with self._changed:
            self._hung.add(root)
            self._changed.notify_all()

    def hang_ended(self, root: str) -> None:
        """Have a folder that answers again scanned: it may hold what no event told of."""
        with self._changed:
            self._hung.discard(root)
        self._watchers[root].rescan()

    def _start(self, watcher: Watcher) -> None:
        watcher.start()
        with self._changed:
            self._started.add(watcher.root)
            stopping = self._stopping
        if stopping:  # it answered only after the end of the others
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
            self._tell_fault(error, watcher.root)
        finally:
            with self._changed:
                self._busy.discard(watcher.root)
                self._changed.notify_all()

    def _tell_fault(self, error: Exception, root: str) -> None:
        with self._changed:
            if root not in self._hung:  # the thread that waits for the folder meets the fault
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
