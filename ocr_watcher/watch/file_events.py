"""File events through watchdog: hints that something came, changed or went."""

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

from ocr_watcher.logs.fields import fields
from ocr_watcher.storage.directory import directory_below
from ocr_watcher.storage.write import TEMPORARY_PREFIX
from ocr_watcher.threads.heartbeat import Heartbeats
from ocr_watcher.watch.inotify import PROBE_SUFFIX, Observer

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.folders.folder import Folder

_log = logging.getLogger(__name__)

# Each further kind would fill the kernel's queue sooner; a write is told by its close.
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
        """A file came, or was closed after writing."""
        ...

    def moved(self, folder: Folder, source: str, destination: str) -> None:
        """A file was renamed within the folder."""
        ...

    def went(self, folder: Folder, name: str) -> None:
        """A file was deleted or moved away."""
        ...

    def directory_moved(self, folder: Folder, source: str, destination: str) -> None:
        """A directory was renamed within the folder, with all that is in it."""
        ...

    def directory_came(self, folder: Folder, name: str) -> None:
        """A directory came, perhaps with files in it that no event tells of."""
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
            hints: Receives what happens in it.
            on_loss: Called when a hint was lost, because more happened than the kernel could hold
                or the receiver failed: a scan must find what came.
            heartbeats: Of the threads that deliver hints.
        """
        self.folder = folder
        self._hints = hints
        self._on_loss = on_loss
        self._heartbeats = heartbeats or Heartbeats()
        self._observer: Observer | None = None
        self._root: os.stat_result | None = None
        self._probe = f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}{PROBE_SUFFIX}"
        self._probe_seen = threading.Event()

    def start(self) -> None:
        """Begin to watch.

        Raises:
            OSError: The root is not there or may not be read, or the kernel gives no more
                watches (inotify(7)).
        """
        # The observer does not follow links, so that none leads it out of the tree; the root may
        # be one, and is resolved here.
        real_root = os.path.realpath(self.folder.root)
        self._root = os.stat(real_root)  # noqa: PTH116  a path as it is
        self._observer = Observer(lambda: self._on_loss(self.folder), self._heartbeats.beat)
        self._observer.start()
        self._observer.schedule(
            _Handler(real_root, self._tell),
            real_root,
            recursive=self.folder.recursive,
            event_filter=_KINDS,
        )
        if self._observer.limited:
            raise OSError(errno.ENOSPC, "inotify watch limit reached")

    def holds(self) -> bool:
        """Return whether the folder is still watched.

        The kernel watches a directory and not its path: of one that was deleted and made again,
        swapped for another, or hidden by a mount, it would tell nothing for ever.
        """
        if self._observer is None or self._root is None or not self._observer.works():
            return False
        try:
            return os.path.samestat(os.stat(self.folder.root), self._root)  # noqa: PTH116
        except OSError:
            return False

    def arrive(self, within: float) -> bool:
        """Prove that events arrive, by making a hidden file and waiting for the event of it.

        Args:
            within: Seconds to wait for it.

        Returns:
            False where none came; True where it came, or where no file can be made.
        """
        try:
            with directory_below(self.folder.root, "") as directory:
                os.close(os.open(self._probe, _CREATE, 0o600, dir_fd=directory))
                try:
                    return self._probe_seen.wait(within)
                finally:
                    with contextlib.suppress(OSError):  # a scan has swept it away
                        os.unlink(self._probe, dir_fd=directory)
        except OSError:
            return True

    def stop(self) -> None:
        """End the observer and its threads."""
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()
            self._observer = None

    def _tell(self, event: FileSystemEvent, source: str, destination: str) -> None:
        try:
            with self._heartbeats.working(f"an event of {self.folder.root}"):
                self._hint(event, source, destination)
        except Exception:
            # Raised further, it would end watchdog's dispatcher, and with it every event.
            _log.exception(
                "a fault of this program: an event was lost, so the folder is scanned",
                extra=fields(folder=self.folder.root),
            )
            self._on_loss(self.folder)

    def _hint(self, event: FileSystemEvent, source: str, destination: str) -> None:
        folder = self.folder
        match event:
            case DirMovedEvent() if not destination:
                pass  # out of the folder, with all that lies beside its images
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
            case FileMovedEvent():  # from outside, or in a directory that was moved within
                self._hints.came(folder, destination, closed=True)
            case _ if source == self._probe:
                self._probe_seen.set()
            case _:  # only a directory that was moved in has created events that are synthetic
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
