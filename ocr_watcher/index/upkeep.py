"""The threads of the daemon that keep the index up to date."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import time
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from math import inf
from operator import attrgetter
from typing import TYPE_CHECKING

from ocr_watcher.events.model import AttemptEnded, FolderScanned, ImageQueued
from ocr_watcher.index.agenda import Agenda
from ocr_watcher.index.comparison import Comparison
from ocr_watcher.index.counts import counts_of, forget_unused
from ocr_watcher.index.database import ClosedError
from ocr_watcher.index.database_file import is_damage
from ocr_watcher.index.walk import statuses_of
from ocr_watcher.logs.fields import fields
from ocr_watcher.logs.repeats import repeating
from ocr_watcher.sidecars.state import State, state_of
from ocr_watcher.threads.expendable import ExpendableThread
from ocr_watcher.threads.patience import walked
from ocr_watcher.threads.urgency import make_less_urgent
from ocr_watcher.values.image import Stamp

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from ocr_watcher.events.bus import EventBus
    from ocr_watcher.folders.folder import Folder
    from ocr_watcher.index.index import Index
    from ocr_watcher.index.walk import Scan
    from ocr_watcher.ledger.ledger import Ledger
    from ocr_watcher.values.image import Image

_log = logging.getLogger(__name__)

_LESS_URGENT = 10
"""The niceness of the threads above that of the daemon (sched(7)), as workers come first."""
_SURELY_SECONDS = 3600.0
"""The seconds after which a scan is followed by a comparison even if the counts are the same, as a
person may have edited a text."""

_ROOT = attrgetter("root")


@dataclass(frozen=True, slots=True)
class _Found:
    """An image with its present state, see `ocr_watcher.index.walk.Seen`."""

    image: Image
    status: os.stat_result
    state: State


class IndexUpkeep:
    """The upkeep of the index of a daemon, on threads of its own that are less urgent.

    It compares each folder once at the start, and again after a scan whose counts differ from the
    index. In between, it looks at the images that were queued or whose attempt ended. It looks at
    many at once, and uses a small part of the time while the daemon is at work. A folder that does
    not answer delays the others by seconds, and stops nothing. A fault of the index is logged once.

    The daemon uses it for each pipeline::

        index = Index(settings.state_dir, folders)
        upkeep = IndexUpkeep(index, folders, partial(scan, recall=ledger.done_stamp_of,
                             is_own_file=ledger.own_files.knows), ledger, on_change=live.wake)
        upkeep.attach(bus)       # before the pipeline starts, so that no event is missed
        upkeep.start()
        ...                      # the daemon works
        upkeep.stop()            # after the request to stop; waits for at most 2 seconds
        index.close()            # ends the searches that still run
    """

    def __init__(
        self,
        index: Index,
        folders: Mapping[str, Folder],
        scan: Scan,
        ledger: Ledger,
        *,
        on_change: Callable[[], object] = lambda: None,
    ) -> None:
        """Create the upkeep; its threads are not started.

        Args:
            index: The index.
            folders: The watched folders, by root.
            scan: The walk through a folder.
            ledger: The ledger, which answers the questions of a scan.
            on_change: Called, on a thread of the upkeep, after the index has changed. It must be
                quick and must not raise.
        """
        self._index = index
        self._folders = folders
        self._scan = scan
        self._ledger = ledger
        self._on_change = on_change
        self._agenda = Agenda(folders)
        index.database.on_replaced = self._agenda.note_folders
        self._compared: dict[str, float] = {}
        self._differences: dict[str, object] = {}
        self._threads = (
            ExpendableThread(self._follow, name="index"),
            ExpendableThread(self._compare_folders, name="index comparison"),
        )

    def attach(self, bus: EventBus) -> None:
        """Listen to the events of images and folders; each listener only notes them."""
        bus.listen(ImageQueued, lambda event: self._agenda.note_queued(event.image))
        bus.listen(AttemptEnded, lambda event: self._agenda.note_ended(event.image))
        bus.listen(FolderScanned, self._agenda.note_scan)

    def start(self) -> None:
        """Start the threads."""
        for thread in self._threads:
            thread.start()

    def ask_to_end(self) -> None:
        """Ask the threads to end, without a wait; later events are ignored."""
        self._agenda.close()

    def stop(self, within: float = 2.0) -> bool:
        """Ask the threads to end, and return whether they did in time.

        Args:
            within: The longest wait for them, in seconds; then they are left behind.
        """
        deadline = time.monotonic() + within
        self.ask_to_end()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _follow(self) -> None:
        """Look at the images of events until the end."""
        make_less_urgent(_LESS_URGENT)
        while images := self._agenda.next_images():
            worked = 0.0
            for root, within in groupby(sorted(images, key=_ROOT), key=_ROOT):
                with self._logging_faults(root):
                    worked += sum(walked(partial(self._look, root, tuple(within)), of=root))
            self._agenda.rest_after(worked, len(images))

    def _compare_folders(self) -> None:
        """Compare the folders that are due until the end."""
        make_less_urgent(_LESS_URGENT)
        with self._logging_faults(""):
            forget_unused(self._index.database, self._folders)
        while (scans := self._agenda.next_scans()) is not None:
            for scan in scans:
                with self._logging_faults(scan.root):
                    self._judge(scan)
            if root := self._agenda.begin_folder():
                with self._logging_faults(root):
                    for _ in walked(partial(self._compare, root), of=root):
                        pass
                    self._compared[root] = time.monotonic()
                self._agenda.end_folder()

    def _look(
        self, root: str, images: Sequence[Image], beat: Callable[[], None]
    ) -> Iterator[float]:
        """Bring some images of a folder up to date, and yield the processor seconds of the work."""
        comparison = Comparison(self._index.database, self._folders[root])
        gone: list[Image] = []
        comparison.some(list(self._found(root, images, gone)), self._until_closed(beat))
        comparison.gone(gone)
        if comparison.changes:
            self._on_change()
        yield time.thread_time()

    def _found(self, root: str, images: Collection[Image], gone: list[Image]) -> Iterator[_Found]:
        for image, directory, status in statuses_of(root, images):
            if status is None:
                gone.append(image)
                continue
            stamp = Stamp.of(status)
            recall = self._ledger.done_stamp_of
            state = state_of(directory, image, stamp, self._folders[root], recall)
            if state is State.WAITING and self._ledger.own_files.knows(image, stamp):
                gone.append(image)
            else:
                yield _Found(image, status, state)

    def _judge(self, scan: FolderScanned) -> None:
        """Request a comparison of a folder if its scan differs from the index.

        A difference may remain after a comparison, such as the images in a directory that cannot be
        read now. The same difference is no reason for another comparison.
        """
        counts = counts_of(self._index.database, scan.root)
        states = (State.DONE, State.WAITING, State.FAILED)
        known = tuple(counts.get(state.value, 0) for state in states)
        told = (scan.done, scan.waiting, scan.failed)
        is_new = told != known and self._differences.get(scan.root) != (told, known)
        if is_new or time.monotonic() - self._compared.get(scan.root, -inf) > _SURELY_SECONDS:
            self._differences[scan.root] = (told, known)
            self._agenda.note_folders([scan.root])

    def _compare(self, root: str, beat: Callable[[], None]) -> Iterator[int]:
        """Compare a folder, and rest after each batch: the daemon's work goes first."""
        comparison = Comparison(self._index.database, self._folders[root])
        began, changes = time.thread_time(), 0
        for number in comparison.whole(
            self._scan,
            beat=self._agenda.resting(self._until_closed(beat)),
            stopped=lambda: self._agenda.is_closed,
        ):
            if comparison.changes > changes:
                changes = comparison.changes
                self._on_change()
            yield number
            self._agenda.rest_after(min(time.thread_time() - began, 1.0))
            began = time.thread_time()

    def _until_closed(self, beat: Callable[[], None]) -> Callable[[], None]:
        """Return a function that calls a beat, and ends the work once the upkeep is to end."""

        def checked_beat() -> None:
            if self._agenda.is_closed:
                raise ClosedError
            beat()

        return checked_beat

    @contextlib.contextmanager
    def _logging_faults(self, root: str) -> Iterator[None]:
        try:
            yield
        except ClosedError:
            pass
        except OSError as error:
            # The folder is away or hangs; its watcher reports that, and its next scan leads here
            # again.
            _log.debug("not compared: %s", error.strerror, extra=fields(folder=root))
        except sqlite3.Error as error:
            if is_damage(error):
                with contextlib.suppress(OSError, sqlite3.Error, ClosedError):
                    self._index.database.repair(error)
                self._agenda.rest(1.0)  # if the disk damages each file, further tries are useless
                self._agenda.note_folders()
                return
            _log.warning(
                "the index is not up to date; images are recognised all the same: %s",
                error,
                extra=fields(folder=root) | repeating(error),
            )
        except Exception:
            _log.exception(
                "a fault of this program: the index is not up to date",
                extra=fields(folder=root) | repeating("upkeep"),
            )
