"""The search for images: events find them at once, scans find those that events miss."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from ocr_watcher.events.bus import EventBus
from ocr_watcher.events.model import ImageQueued
from ocr_watcher.folders.rules import is_image_name
from ocr_watcher.logs.fields import fields
from ocr_watcher.sidecars.follow import follow
from ocr_watcher.sidecars.names import image_of
from ocr_watcher.threads.heartbeat import Heartbeats
from ocr_watcher.values.image import Image
from ocr_watcher.watch.scanner import Scanner
from ocr_watcher.watch.schedule import Schedule
from ocr_watcher.watch.settler import Settler
from ocr_watcher.watch.supervisor import Supervisor
from ocr_watcher.work.queue import Lane

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from ocr_watcher.folders.folder import Folder
    from ocr_watcher.ledger.ledger import Ledger
    from ocr_watcher.settings.model import Settings
    from ocr_watcher.values.image import Stamp
    from ocr_watcher.watch.tree import Found
    from ocr_watcher.work.queue import JobQueue

_log = logging.getLogger(__name__)

_SETTLING = 10_000
"""The largest number of images that settle at once; a scan finds the others later."""
_CLOCKS_DIFFER = 60.0
"""The number of seconds by which a file server's clock may be behind ours."""


class Watcher:
    """A watcher that puts images into the queue when they are whole and not done."""

    def __init__(
        self,
        folders: Collection[Folder],
        queue: JobQueue,
        settings: Settings,
        ledger: Ledger,
        *,
        bus: EventBus | None = None,
        heartbeats: Heartbeats | None = None,
        most_settling: int = _SETTLING,
        rescan_delay: float = 2.0,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Create the watcher; nothing is watched yet.

        Args:
            folders: The folders to watch.
            queue: The queue that receives the images.
            settings: The settings, with the settle time and the intervals between scans.
            ledger: The ledger, with the content that each image had when its sidecars were written.
            bus: The bus that receives the images that were queued, and the counts of each scan of
                a whole folder.
            heartbeats: The heartbeats of the threads.
            most_settling: The largest number of images that settle at once.
            rescan_delay: The seconds between two scans while there is no room for all images.
            now: A function that returns the seconds since the epoch, for comparison with the dates
                of files.
        """
        self._folders = folders
        self._queue = queue
        self._settings = settings
        self._ledger = ledger
        self._bus = bus = bus or EventBus()
        self._rescan_delay = rescan_delay
        self._now = now
        self._heartbeats = heartbeats = heartbeats or Heartbeats()
        self._settler = Settler(
            settings.settle_seconds, most_settling, self._take_settled, heartbeats
        )
        self._schedule = Schedule()
        self._scanner = Scanner(
            self._schedule,
            self._take,
            recall=ledger.done_stamp_of,
            is_own_file=ledger.own_files.knows,
            poll_seconds=settings.poll_seconds,
            bus=bus,
            heartbeats=heartbeats,
        )
        self._supervisor = Supervisor(
            self,
            every=settings.poll_seconds,
            rescan=self._rescan,
            poll=self._poll,
            heartbeats=heartbeats,
        )
        queue.leave_to(self.scan_after_retries)
        self._left_over = False

    def start(self) -> None:
        """Begin to watch; the first scan finds the images that are there already.

        The events start before that scan, so a file that appears during the scan is not missed.
        """
        self._settler.start()
        for folder in self._folders:
            self._schedule.add(folder, self._settings.rescan_seconds)
        with self._heartbeats.working(f"the start of the events of {self.root}", self.root):
            self._supervisor.start(self._folders)
        for folder in self._folders:
            _log.info("watching", extra=fields(folder=folder.root))
        self._scanner.start()

    def stop(self) -> None:
        """End scans, events and settling; the queue must have been closed before.

        Each part ends before the part that receives its images.
        """
        self._schedule.close()
        self._scanner.join()
        self._supervisor.stop()
        self._settler.stop()

    def works(self) -> bool:
        """Return whether every thread is alive."""
        return all(part.works() for part in (self._settler, self._supervisor, self._scanner))

    def scan_once(self) -> int:
        """Scan every folder and wait until the found images have settled, without watching.

        Returns:
            The number of directories that could not be read; images in them are still to be found.

        Raises:
            Stopped: The queue was closed meanwhile.
        """
        self._settler.start()
        unread = 0
        self._left_over = True
        while self._left_over:
            self._left_over = False
            with self._heartbeats.working(f"a scan of {self.root}", self.root):
                unread = sum(self._scanner.scan(folder, "") for folder in self._folders)
            self.join()
        return unread

    def join(self) -> None:
        """Wait until no image is settling.

        Raises:
            Stopped: Settling was stopped.
        """
        self._settler.join()

    @property
    def root(self) -> str:
        """The path of the first of its folders; folders that share a watcher hang together."""
        return next(iter(self._folders)).root

    def rescan(self) -> None:
        """Request a scan of every folder, because events may have been missed."""
        for folder in self._folders:
            self._rescan(folder)

    @property
    def settling(self) -> int:
        """The number of images that are settling."""
        return len(self._settler)

    def settle_anew(self, image: Image) -> None:
        """Let an image settle again, because its content changed while it was read."""
        self._note(image, changed_while_read=True)

    def scan_after_retries(self, image: Image) -> None:
        """Schedule a scan that finds an image again whose retry had no room in the queue.

        The scan comes after the longest delay of a retry.
        """
        self._schedule.again(self._folder_of(image), self._settings.retry.longest_seconds)

    # The methods below are called with hints, on the thread of the event source.

    def came(self, folder: Folder, name: str, *, closed: bool) -> None:
        """Accept a file that appeared or was closed."""
        if folder.rules.reason(name) is not None:
            return
        image = Image(folder.root, name)
        if closed and self._settings.settle_seconds == 0:
            self._enqueue(image)
        else:
            self._note(image)

    def moved(self, folder: Folder, source: str, destination: str) -> None:
        """Rename the sidecars of a renamed image, and accept a file that was no image before."""
        old, new = Image(folder.root, source), Image(folder.root, destination)
        if is_image_name(old.base_name) and is_image_name(new.base_name):
            with self._heartbeats.working(f"the files beside {new}", folder.root):
                follow(folder, source, destination, over_another=self._was_of_another(old, new))
            self._ledger.moved(old, new)
        self.went(folder, source)
        self.came(folder, destination, closed=True)

    def directory_moved(self, folder: Folder, source: str, destination: str) -> None:
        """Keep the ledger entries of the images in a directory under its new name."""
        self._ledger.directory_moved(Image(folder.root, source), Image(folder.root, destination))
        self.directory_came(folder, destination)

    def went(self, folder: Folder, name: str) -> None:
        """Let an image wait again if its sidecar was deleted or moved away."""
        image_name = image_of(name)
        if image_name is None:
            return
        if folder.replace:  # the name does not show which image it belonged to
            self.directory_came(folder, name.rpartition("/")[0])
        else:
            self.came(folder, image_name, closed=False)

    def directory_came(self, folder: Folder, name: str) -> None:
        """Request a scan of a new directory, as its files may be older than the watch on it."""
        if not name or (folder.recursive and folder.rules.prunes_way(name) is None):
            self._schedule.request(folder, name)

    def _was_of_another(self, old: Image, new: Image) -> bool:
        before = self._ledger.done_stamp_of(new)
        own = self._ledger.done_stamp_of(old)
        return before is not None and not (own and own.is_of_the_same_content(before))

    def _take(self, found: Found) -> None:
        if found.image in self._queue:
            return
        last_change = max(found.status.st_mtime, found.status.st_ctime)
        if self._now() - last_change > self._settings.settle_seconds + _CLOCKS_DIFFER:
            with self._heartbeats.resting():
                self._queue.put_when_room(found.image, Lane.BACKLOG)
            self._bus.publish(ImageQueued(found.image))
        else:
            self._note(found.image)

    def _note(self, image: Image, *, changed_while_read: bool = False) -> None:
        if not self._settler.note(image, changed_while_read=changed_while_read):
            self._scan_later(image)

    def _take_settled(self, image: Image, stamp: Stamp) -> None:
        # An empty file is a fault that is not urgent, and there may be many.
        self._enqueue(image, Lane.FRESH if stamp.size else Lane.BACKLOG)

    def _enqueue(self, image: Image, lane: Lane = Lane.FRESH) -> None:
        if self._queue.put(image, lane):
            self._bus.publish(ImageQueued(image))
        else:
            self._scan_later(image)

    def _scan_later(self, image: Image) -> None:
        """Schedule a scan that finds an image again when there may be room for it."""
        self._left_over = True
        self._schedule.again(self._folder_of(image), self._rescan_delay)

    def _folder_of(self, image: Image) -> Folder:
        return next(folder for folder in self._folders if folder.root == image.root)

    def _rescan(self, folder: Folder) -> None:
        self._schedule.request(folder, "")

    def _poll(self, folder: Folder) -> None:
        self._schedule.add(folder, self._settings.poll_seconds)
