"""The check that each folder is really watched; a folder that cannot be watched is polled."""

from __future__ import annotations

import errno
import logging
import threading
from typing import TYPE_CHECKING

from ocr_watcher.errors import Stopped
from ocr_watcher.folders.folder import by_events
from ocr_watcher.logs.fields import fields
from ocr_watcher.threads.heartbeat import Heartbeats
from ocr_watcher.watch.file_events import FolderEvents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ocr_watcher.folders.folder import Folder
    from ocr_watcher.watch.file_events import Hints

_log = logging.getLogger(__name__)

_PROOF_SECONDS = 5.0
# A scan logs these errors, and is repeated until the folder can be read.
_MISSING = {errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.ESTALE, errno.ENOTCONN}
_ADVICE = {  # inotify(7)
    errno.ENOSPC: "raise the sysctl fs.inotify.max_user_watches",
    errno.EMFILE: "raise the sysctl fs.inotify.max_user_instances",
}


class Supervisor:
    """The supervisor of the events of the folders.

    Nothing reports that a mount went away, that a thread of a library died, or that the kernel
    reached a limit. The supervisor checks for these at an interval. A scan finds the images whose
    events were missed.
    """

    def __init__(
        self,
        hints: Hints,
        *,
        every: float,
        rescan: Callable[[Folder], None],
        poll: Callable[[Folder], None],
        heartbeats: Heartbeats | None = None,
        proof_seconds: float = _PROOF_SECONDS,
    ) -> None:
        """Create the supervisor; its thread is not started.

        Args:
            hints: The receiver of the hints of all folders.
            every: The seconds between two checks.
            rescan: Called with a folder whose events may have been missed, to scan it.
            poll: Called with a folder whose events cannot be used, to scan it regularly.
            heartbeats: The heartbeats of the threads.
            proof_seconds: The longest time to wait for the event of a probe file.
        """
        self._hints = hints
        self._every = every
        self._rescan = rescan
        self._poll = poll
        self._heartbeats = heartbeats or Heartbeats()
        self._proof_seconds = proof_seconds
        self._watched: dict[str, FolderEvents] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)

    def start(self, folders: Iterable[Folder]) -> None:
        """Begin to watch the folders; a folder that cannot be watched is polled or awaited.

        Raises:
            Stopped: `stop` was called meanwhile.
        """
        for folder in folders:
            self._begin(folder)
            self._raise_if_stopping()
        self._thread.start()

    def stop(self) -> None:
        """End all watching."""
        self._stopping.set()
        for events in list(self._watched.values()):
            events.interrupt()
        if self._thread.is_alive():  # a program that stops at once has not started it
            self._thread.join()
        for events in list(self._watched.values()):
            events.stop()

    def works(self) -> bool:
        """Return whether the thread is alive."""
        return self._thread.is_alive()

    def look(self) -> None:
        """Check every folder once, and watch again those whose events have stopped."""
        for events in list(self._watched.values()):
            if self._stopping.is_set():
                return
            try:
                with self._heartbeats.working(
                    f"the events of {events.folder.root}", events.folder.root
                ):
                    self._look_at(events)
            except Stopped:
                return
            except Exception:
                _log.exception(
                    "a fault of this program: a folder was not checked",
                    extra=fields(folder=events.folder.root),
                )

    def _raise_if_stopping(self) -> None:
        if self._stopping.is_set():
            raise Stopped

    def _run(self) -> None:
        while not self._stopping.wait(self._every):
            self.look()

    def _look_at(self, events: FolderEvents) -> None:
        if events.holds():
            return
        events.stop()
        folder = events.folder
        if self._begin(folder):
            _log.info("the folder is watched again", extra=fields(folder=folder.root))
        self._rescan(folder)  # even if it is missing: the scan logs that and is repeated

    def _begin(self, folder: Folder) -> bool:
        # Checked each time, because another file system may have been mounted there.
        if not by_events(folder):
            self._leave_to_polling(folder)
            return False
        events = self._watched[folder.root] = FolderEvents(
            folder, self._hints, self._rescan, self._heartbeats
        )
        self._raise_if_stopping()  # only now, as `stop` interrupts those that are known to it
        try:
            events.start()
        except OSError as error:
            events.stop()
            if error.errno not in _MISSING:
                self._give_up(folder, str(error.strerror), _ADVICE.get(error.errno or 0, ""))
            return False
        if not events.arrive(self._proof_seconds):
            events.stop()
            self._give_up(folder, "the event of a file made for it did not arrive", "")
            return False
        return True

    def _give_up(self, folder: Folder, reason: str, advice: str) -> None:
        _log.warning(
            "the folder is polled, because its events cannot be used: %s",
            reason,
            extra=fields(folder=folder.root, advice=advice),
        )
        self._leave_to_polling(folder)

    def _leave_to_polling(self, folder: Folder) -> None:
        self._watched.pop(folder.root, None)
        self._poll(folder)
