"""One watcher for each folder, so that a share that hangs holds up no other folder."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from ocr_watcher.service.ending import ExpendableThread
from ocr_watcher.service.logs import fields
from ocr_watcher.service.pulse import Pulses
from ocr_watcher.watch.answering import Asked
from ocr_watcher.watch.watcher import Watcher

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from ocr_watcher.folder import Folder
    from ocr_watcher.image import Image
    from ocr_watcher.ledger.ledger import Ledger
    from ocr_watcher.settings.model import Settings
    from ocr_watcher.watch.scanner import OnScanned
    from ocr_watcher.work.queue import JobQueue

_log = logging.getLogger(__name__)

_PATIENCE_SECONDS = 10.0
"""How long the start waits for all folders, and one look may take before its folder is asked."""


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
        on_scanned: OnScanned,
        patience: float = _PATIENCE_SECONDS,
    ) -> None:
        """Makes a watcher for each folder; nothing is started.

        Args:
            folders: What is watched.
            queue: Takes the images.
            settings: As for `Watcher`.
            ledger: Likewise.
            on_scanned: Likewise.
            patience: Seconds after which a folder that a thread is stuck in is asked whether it
                answers.
        """
        self._patience = patience
        self._pulses = {folder.root: Pulses() for folder in folders}
        self._asked = {folder.root: Asked(folder.root) for folder in folders}
        self._watchers = {
            folder.root: Watcher(
                [folder],
                queue,
                settings,
                ledger,
                on_scanned=on_scanned,
                pulses=self._pulses[folder.root],
            )
            for folder in folders
        }
        self._started: set[str] = set()
        self._hung: frozenset[str] = frozenset()
        self._stopping = False
        self._ending: dict[str, ExpendableThread] = {}
        queue.leave_to(lambda image: self._watchers[image.root].scan_after_retries(image))

    def start(self) -> None:
        """Begins to watch; a folder that does not answer in time goes on beginning by itself."""
        threads = [self._thread(self._start, root) for root in self._watchers]
        _join(threads, time.monotonic() + self._patience)

    def begin_to_stop(self) -> None:
        """Has all watching end; the queue must have been closed before."""
        self._stopping = True
        self._ending = {root: self._thread(self._stop, root) for root in self._watchers}

    def stopped(self, deadline: float) -> bool:
        """Waits for the end of all watching, but not where a folder does not answer.

        Args:
            deadline: By `time.monotonic`; what has not ended by then is left behind.

        Returns:
            Whether all has ended.
        """
        hung = self.hung()
        _join([thread for root, thread in self._ending.items() if root not in hung], deadline)
        return not any(thread.is_alive() for thread in self._ending.values())

    def scan_once(self) -> int:
        """Scans every folder, as `Watcher.scan_once` does."""
        return sum(watcher.scan_once() for watcher in self._watchers.values())

    def join(self) -> None:
        """Waits until nothing settles.

        Raises:
            Stopped: Settling was stopped.
        """
        for watcher in self._watchers.values():
            watcher.join()

    @property
    def settling(self) -> int:
        """How many images settle."""
        return sum(watcher.settling for watcher in self._watchers.values())

    def settle_anew(self, image: Image) -> None:
        """Takes an image whose content changed while it was read."""
        self._watchers[image.root].settle_anew(image)

    def works(self) -> bool:
        """Tells whether every thread lives, of the folders that have begun."""
        return all(self._watchers[root].works() for root in tuple(self._started))

    def hung(self) -> frozenset[str]:
        """Returns the folders that do not answer, and logs where that has changed."""
        hung = frozenset(root for root in self._watchers if self._hangs(root))
        for root in sorted(hung - self._hung):
            advice = "see whether its file server runs and can be reached"
            _log.warning("the folder does not answer", extra=fields(folder=root, advice=advice))
        for root in sorted(self._hung - hung):
            _log.info("the folder answers again", extra=fields(folder=root))
        self._hung = hung
        return hung

    def overdue(self, seconds: float) -> str | None:
        """Names what has taken too long in a folder that answers; None where all advances."""
        answering = (self._pulses[root] for root in self._watchers if root not in self._hung)
        return next(filter(None, (pulses.overdue(seconds) for pulses in answering)), None)

    def _hangs(self, root: str) -> bool:
        late = root not in self._started or self._pulses[root].overdue(self._patience) is not None
        late = late or self._stopping
        return (late or root in self._hung) and not self._asked[root].answers()

    def _start(self, root: str) -> None:
        self._watchers[root].start()
        self._started.add(root)
        if self._stopping:  # it answered only after the end of the others
            self._watchers[root].stop()

    def _stop(self, root: str) -> None:
        self._watchers[root].stop()

    @staticmethod
    def _thread(target: Callable[[str], None], root: str) -> ExpendableThread:
        thread = ExpendableThread(target, name=f"watcher {root}", args=(root,))
        thread.start()
        return thread


def _join(threads: Collection[ExpendableThread], deadline: float) -> None:
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
