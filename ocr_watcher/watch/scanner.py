"""The thread that scans folders for images that wait, one folder after the other."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING

from ocr_watcher.errors import Stopped
from ocr_watcher.escapes import printable
from ocr_watcher.events.model import FolderScanned
from ocr_watcher.logs.fields import fields
from ocr_watcher.sidecars.state import State
from ocr_watcher.watch.tree import scan

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.events.bus import EventBus
    from ocr_watcher.folders.folder import Folder
    from ocr_watcher.sidecars.state import Recall
    from ocr_watcher.threads.heartbeat import Heartbeats
    from ocr_watcher.watch.schedule import Schedule
    from ocr_watcher.watch.tree import Found, IsOwnFile


_log = logging.getLogger(__name__)


class Scanner:
    """A scanner of the folders that the schedule names, with a thread of its own."""

    def __init__(
        self,
        schedule: Schedule,
        take: Callable[[Found], None],
        *,
        recall: Recall,
        is_own_file: IsOwnFile = lambda *_: False,
        poll_seconds: float,
        bus: EventBus,
        heartbeats: Heartbeats,
    ) -> None:
        """Create the scanner; its thread is not started.

        Args:
            schedule: The schedule, which names the next folder; closing it ends the thread.
            take: Called with each image that waits.
            recall: A function that returns the content that an image had when its sidecars were
                written.
            is_own_file: A function that returns whether a content is known to be a copy of what the
                program wrote.
            poll_seconds: The delay after which a folder that cannot be read is scanned again.
            bus: The bus that receives the counts of each scan of a whole folder.
            heartbeats: The heartbeats of the threads; the scan of each image is a beat.
        """
        self._schedule = schedule
        self._take = take
        self._recall = recall
        self._is_own_file = is_own_file
        self._poll_seconds = poll_seconds
        self._bus = bus
        self._heartbeats = heartbeats
        self._missing: set[str] = set()
        self._thread = threading.Thread(target=self._run, name="scanner", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def works(self) -> bool:
        """Return whether the thread is alive."""
        return self._thread.is_alive()

    def join(self) -> None:
        """Wait for the end of the thread; the schedule must have been closed before."""
        if self._thread.is_alive():  # a program that stops at once has not started it
            self._thread.join()

    def scan(self, folder: Folder, below: str) -> int:
        """Scan one folder on the calling thread.

        Args:
            folder: The folder.
            below: The directory in it, as a path relative to its root; empty for the whole folder.

        Returns:
            The number of directories that could not be read.

        Raises:
            Stopped: The schedule was closed meanwhile.
        """
        started = time.monotonic()
        states: Counter[State] = Counter()
        unread: list[str] = []
        try:
            for found in scan(
                folder,
                below,
                recall=self._recall,
                is_own_file=self._is_own_file,
                on_unread=unread.append,
                on_directory=self._advance,
            ):
                self._advance()
                states[found.state] += 1
                if found.state is State.WAITING:
                    self._take(found)
        except OSError as error:
            unread.append("")
            self._log_missing(folder, error)
            self._schedule.again(folder, self._poll_seconds)
        else:
            self._missing.discard(folder.root)
            if not below:
                self._publish(folder, states)
        _log.debug(
            "scanned",
            extra=fields(
                folder=folder.root,
                below=printable(below),
                waiting=states[State.WAITING],
                milliseconds=round((time.monotonic() - started) * 1000),
            ),
        )
        return len(unread)

    def _advance(self) -> None:
        self._schedule.raise_if_closed()
        self._heartbeats.beat()

    def _run(self) -> None:
        try:
            while True:
                self._step()
        except Stopped:
            return

    def _step(self) -> None:
        folder, below = self._schedule.next()
        try:
            with self._heartbeats.working(f"a scan of {folder.root}", folder.root):
                self.scan(folder, below)
        except Stopped:
            raise
        except Exception:
            _log.exception(
                "a fault of this program: a scan was not finished", extra=fields(folder=folder.root)
            )

    def _publish(self, folder: Folder, states: Counter[State]) -> None:
        done, waiting, failed = (
            states[state] for state in (State.DONE, State.WAITING, State.FAILED)
        )
        self._bus.publish(FolderScanned(folder.root, done, waiting, failed))

    def _log_missing(self, folder: Folder, error: OSError) -> None:
        if folder.root not in self._missing:
            self._missing.add(folder.root)
            _log.warning(
                "the folder cannot be read, and will be tried again: %s",
                error.strerror,
                extra=fields(folder=folder.root),
            )
