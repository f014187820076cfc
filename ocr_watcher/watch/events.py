"""File events through watchdog: hints that something came, changed or went."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from pathlib import Path
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
from watchdog.observers.inotify import InotifyObserver

from ocr_watcher.service.logs import fields

if TYPE_CHECKING:
    from collections.abc import Iterable

    from watchdog.observers.api import ObservedWatch

    from ocr_watcher.folder import Folder

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


class Hints(Protocol):
    """Who is told. Names are paths below the folder's root."""

    def came(self, folder: Folder, name: str, *, closed: bool) -> None:
        """A file came, or was closed after writing."""
        ...

    def went(self, folder: Folder, name: str) -> None:
        """A file was deleted or moved away."""
        ...

    def directory_came(self, folder: Folder, name: str) -> None:
        """A directory came, perhaps with files in it that no event tells of."""
        ...


@dataclass(frozen=True, slots=True)
class _Watch:
    scheduled: ObservedWatch
    root: os.stat_result

    def holds(self, root: str, observer: InotifyObserver) -> bool:
        # The emitter ends with the directory it watches, whose inode may then be given to the
        # next one of that name; a directory that was only moved away keeps its emitter.
        alive = any(
            emitter.is_alive() for emitter in observer.emitters if emitter.watch == self.scheduled
        )
        return alive and os.path.samestat(Path(root).stat(), self.root)


class EventSource:
    """One observer over the folders that the kernel tells of."""

    def __init__(self, hints: Hints) -> None:
        """Takes whom to tell; nothing is watched yet."""
        self._hints = hints
        self._observer: InotifyObserver | None = None
        self._watches: dict[str, _Watch] = {}

    def start(self, folders: Iterable[Folder]) -> list[tuple[Folder, OSError]]:
        """Begins to watch.

        Returns:
            The folders that cannot be watched, and why: they must be polled.
        """
        try:
            observer = self._observer = InotifyObserver()
        except OSError as error:
            return [(folder, error) for folder in folders]
        observer.start()
        refused = []
        for folder in folders:
            try:
                self._watch(folder, observer)
            except OSError as error:
                refused.append((folder, error))
        return refused

    def renew(self, folder: Folder) -> None:
        """Watches a folder anew where its root is another directory than it was.

        The kernel watches a directory and not its path: of one that was deleted and made again,
        or swapped for another, it would tell nothing for ever.

        Args:
            folder: The folder; one that is polled is left alone.

        Raises:
            OSError: The root is not there, or cannot be watched.
        """
        watch = self._watches.get(folder.root)
        if self._observer is None or watch is None or watch.holds(folder.root, self._observer):
            return
        if watch.scheduled in {emitter.watch for emitter in self._observer.emitters}:
            self._observer.unschedule(watch.scheduled)
        self._watch(folder, self._observer)
        _log.info("watching anew", extra=fields(folder=folder.root))

    def stop(self) -> None:
        """Ends the observer and its threads."""
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()

    def _watch(self, folder: Folder, observer: InotifyObserver) -> None:
        # The observer does not follow links, so that none leads it out of the tree; the root may
        # be one, and is resolved here.
        real_root = os.path.realpath(folder.root)
        handler = _Handler(folder, real_root, self._hints)
        root = Path(real_root).stat()
        scheduled = observer.schedule(
            handler, real_root, recursive=folder.recursive, event_filter=_KINDS
        )
        self._watches[folder.root] = _Watch(scheduled, root)


class _Handler(FileSystemEventHandler):
    def __init__(self, folder: Folder, real_root: str, hints: Hints) -> None:
        self._folder = folder
        self._prefix = real_root.rstrip("/") + "/"
        self._hints = hints

    def dispatch(self, event: FileSystemEvent) -> None:
        # What is raised here ends watchdog's dispatcher, and with it every event of every
        # folder. The lost hint is made up for by the next scan.
        try:
            self._tell(event)
        except Exception:
            _log.exception("an event was lost", extra=fields(folder=self._folder.root))

    def _tell(self, event: FileSystemEvent) -> None:
        source, destination = self._name(event.src_path), self._name(event.dest_path)
        match event:
            case DirMovedEvent():
                self._hints.directory_came(self._folder, destination)
            case DirCreatedEvent():
                self._hints.directory_came(self._folder, source)
            case FileMovedEvent():
                self._hints.went(self._folder, source)
                self._hints.came(self._folder, destination, closed=True)
            case FileDeletedEvent():
                self._hints.went(self._folder, source)
            case _:
                closed = isinstance(event, FileClosedEvent)
                self._hints.came(self._folder, source, closed=closed)

    def _name(self, path: bytes | str) -> str:
        return os.fsdecode(path).removeprefix(self._prefix)
