"""File events through watchdog: hints that a file appeared, changed or disappeared."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import secrets
import threading
from typing import TYPE_CHECKING, Protocol

from watchdog.events import (
    DirCreatedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)

from ocr_watcher.errors import Stopped
from ocr_watcher.logs.fields import fields
from ocr_watcher.storage.directory import directory_below
from ocr_watcher.storage.write import TEMPORARY_PREFIX
from ocr_watcher.threads.heartbeat import Heartbeats
from ocr_watcher.watch.inotify import PROBE_SUFFIX, Observer

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.folders.folder import Folder

_log = logging.getLogger(__name__)

# Each further kind would fill the kernel's queue sooner. The close of a file reports its writes.
_KINDS: list[type[FileSystemEvent]] = [
    FileCreatedEvent,
    FileClosedEvent,
    FileMovedEvent,
    FileDeletedEvent,
    DirCreatedEvent,
    DirMovedEvent,
]
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


class Hints(Protocol):
    """The receiver of hints. Names are paths below the folder's root."""

    def came(self, folder: Folder, name: str, *, closed: bool) -> None:
        """A file appeared, or was closed after writing."""
        ...

    def moved(self, folder: Folder, source: str, destination: str) -> None:
        """A file was renamed within the folder."""
        ...

    def went(self, folder: Folder, name: str) -> None:
        """A file was deleted or moved away."""
        ...

    def directory_moved(self, folder: Folder, source: str, destination: str) -> None:
        """A directory was renamed within the folder, with everything in it."""
        ...

    def directory_came(self, folder: Folder, name: str) -> None:
        """A directory appeared; no event may report the files in it."""
        ...


class FolderEvents:
    """The events of one folder.

    Attributes:
        folder: The folder.
    """

    def __init__(
        self,
        folder: Folder,
        hints: Hints,
        on_loss: Callable[[Folder], None],
        heartbeats: Heartbeats | None = None,
    ) -> None:
        """Create the observer; nothing is watched yet.

        Args:
            folder: The folder.
            hints: A function that receives what happens in it.
            on_loss: Called when a hint was lost, because the kernel's queue overflowed or the
                receiver failed. A scan must then find the new files.
            heartbeats: The heartbeats of the threads that deliver hints.
        """
        self.folder = folder
        self._hints = hints
        self._on_loss = on_loss
        self._heartbeats = heartbeats or Heartbeats()
        self._observer: Observer | None = None
        self._root: os.stat_result | None = None
        self._probe = f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}{PROBE_SUFFIX}"
        self._probe_seen = threading.Event()
        self._lock = threading.Lock()
        self._stopping = False
        self._starting: int | None = None  # the thread that watches one directory after the other

    def start(self) -> None:
        """Begin to watch.

        Raises:
            OSError: The root does not exist or may not be read, or the kernel grants no more
                watches (inotify(7)).
            Stopped: It was interrupted, as a tree may have a million directories.
        """
        self._starting = threading.get_ident()
        # The observer follows no links, so that it never leaves the tree. The root itself may be a
        # link, so it is resolved here.
        real_root = os.path.realpath(self.folder.root)
        self._root = os.stat(real_root)  # noqa: PTH116  a path as it is
        observer = self._observed()
        observer.schedule(
            _Handler(real_root, self._tell),
            real_root,
            recursive=self.folder.recursive,
            event_filter=_KINDS,
        )
        if observer.limited:
            raise OSError(errno.ENOSPC, "inotify watch limit reached")

    def holds(self) -> bool:
        """Return whether the folder is still watched.

        The kernel watches a directory and not its path. It reports no events of a directory that
        was deleted and made again, replaced by another one, or hidden by a mount.
        """
        if self._observer is None or self._root is None or not self._observer.works():
            return False
        try:
            return os.path.samestat(os.stat(self.folder.root), self._root)  # noqa: PTH116
        except OSError:
            return False

    def arrive(self, within: float) -> bool:
        """Check that events arrive: create a hidden file and wait for its event.

        Args:
            within: The longest time to wait, in seconds.

        Returns:
            False if no event arrived; True if it arrived, or if no file can be created.
        """
        try:
            with directory_below(self.folder.root, "") as directory:
                os.close(os.open(self._probe, _CREATE, 0o600, dir_fd=directory))
                try:
                    return self._probe_seen.wait(within)
                finally:
                    with contextlib.suppress(OSError):  # a scan has removed it already
                        os.unlink(self._probe, dir_fd=directory)
        except OSError:
            return True

    def interrupt(self) -> None:
        """Have `start` and `arrive` end soon; `stop` must follow."""
        with self._lock:
            self._stopping = True
        self._probe_seen.set()

    def stop(self) -> None:
        """End the observer and its threads for good; any thread may call this, also in `start`."""
        self.interrupt()
        with self._lock:
            observer, self._observer = self._observer, None
        if observer is not None:
            observer.stop()
            observer.join()

    def _observed(self) -> Observer:
        with self._lock:
            if self._stopping:
                raise Stopped
            observer = Observer(lambda: self._on_loss(self.folder), self._advance)
            observer.start()
            self._observer = observer
            return observer

    def _advance(self) -> None:
        # The threads of watchdog, which watch new directories, would end with an error.
        if self._stopping and threading.get_ident() == self._starting:
            raise Stopped
        self._heartbeats.beat()

    def _tell(self, event: FileSystemEvent, source: str, destination: str) -> None:
        try:
            with self._heartbeats.working(f"an event of {self.folder.root}"):
                self._hint(event, source, destination)
        except Exception:
            # Otherwise the exception would end watchdog's dispatcher, and with it all events.
            _log.exception(
                "a fault of this program: an event was lost, so the folder is scanned",
                extra=fields(folder=self.folder.root),
            )
            self._on_loss(self.folder)

    def _hint(self, event: FileSystemEvent, source: str, destination: str) -> None:
        folder = self.folder
        match event:
            case DirMovedEvent() if not destination:
                pass  # it left the folder together with the sidecars of its images
            case DirMovedEvent(is_synthetic=False) if source:
                self._hints.directory_moved(folder, source, destination)
            case DirMovedEvent():
                self._hints.directory_came(folder, destination)
            case DirCreatedEvent():
                self._hints.directory_came(folder, source)
            case FileDeletedEvent() | FileMovedEvent(dest_path=""):
                self._hints.went(folder, source)
            case FileMovedEvent(is_synthetic=False) if source:
                self._hints.moved(folder, source, destination)
            case FileMovedEvent():  # it came from outside, or its directory was renamed
                self._hints.came(folder, destination, closed=True)
            case _ if source == self._probe:
                self._probe_seen.set()
            case _:  # synthetic created events occur only for a directory that was moved in
                closed = isinstance(event, FileClosedEvent) or event.is_synthetic
                self._hints.came(folder, source, closed=closed)


class _Handler(FileSystemEventHandler):
    def __init__(self, real_root: str, tell: Callable[[FileSystemEvent, str, str], None]) -> None:
        self._prefix = real_root.rstrip("/") + "/"
        self._tell = tell

    def dispatch(self, event: FileSystemEvent) -> None:
        self._tell(event, self._name(event.src_path), self._name(event.dest_path))

    def _name(self, path: bytes | str) -> str:
        return os.fsdecode(path).removeprefix(self._prefix)
