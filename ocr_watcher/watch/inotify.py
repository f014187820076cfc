"""watchdog's inotify observer, extended to notice where events may be missing."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from watchdog.observers.api import BaseObserver
from watchdog.observers.inotify import InotifyFullEmitter
from watchdog.observers.inotify_c import InotifyConstants, InotifyFD

from ocr_watcher.folders.rules import is_image_name
from ocr_watcher.storage.write import TEMPORARY_PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable

    from watchdog.observers.inotify_c import (
        CallbackId,
        InotifyEvent,
        Mask,
        WatchCallback,
        WatchDescriptor,
    )

PROBE_SUFFIX = ".probe"
"""Ends the name of the hidden file whose events are waited for."""

_HIDDEN, _PROBE = os.fsencode(TEMPORARY_PREFIX), os.fsencode(PROBE_SUFFIX)


class Observer(BaseObserver):
    """watchdog's inotify observer, with an instance of its own that takes note of losses.

    What is moved in or out is told as a move with one of its two names empty.
    """

    def __init__(
        self, on_overflow: Callable[[], None], on_watch: Callable[[], None] = lambda: None
    ) -> None:
        """Open the inotify instance.

        Args:
            on_overflow: Called when the kernel's queue overflowed, after the watches have been
                renewed: what came meanwhile must be found by a scan.
            on_watch: Called before each directory is watched; there may be many.

        Raises:
            OSError: The kernel gives no more instances (inotify(7)).
        """
        self._inotify = _Inotify(on_overflow, on_watch)
        self._inotify.start()
        super().__init__(InotifyFullEmitter, inotify_fd=self._inotify)

    @property
    def limited(self) -> bool:
        """Whether the kernel refused to watch a directory, as this user watches too many."""
        return self._inotify.limited

    def works(self) -> bool:
        """Return whether all directories are watched and all threads that events pass live."""
        # An emitter whose root vanished ends, while the observer goes on as if nothing had been.
        threads = [self, self._inotify, *self.emitters]
        alive = bool(self.emitters) and all(thread.is_alive() for thread in threads)
        return alive and not self._inotify.limited and not self._inotify.unmounted

    def on_thread_stop(self) -> None:
        """End the threads of watchdog, then that of the inotify instance."""
        super().on_thread_stop()
        self._inotify.stop()
        self._inotify.join()


class _Inotify(InotifyFD):
    def __init__(self, on_overflow: Callable[[], None], on_watch: Callable[[], None]) -> None:
        super().__init__()
        self._on_overflow = on_overflow
        self._on_watch = on_watch
        self.limited = False
        self.unmounted = False
        self._hidden_move = 0

    def add_callback(
        self, path: bytes, mask: Mask, callback: WatchCallback, id_: CallbackId
    ) -> WatchDescriptor:
        self._on_watch()
        try:
            descriptor = super().add_callback(path, mask, callback, id_)
        except OSError as error:
            # In a directory below the root, watchdog passes over it without a word.
            self.limited = self.limited or error.errno == errno.ENOSPC
            raise
        if descriptor < 0:  # watchdog takes a directory that may not be read for a watched one
            self.remove_callbacks([(descriptor, id_)])
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return descriptor

    def handle_event(self, event: InotifyEvent) -> None:
        if self._concerns_nobody(event):
            return
        super().handle_event(event)
        if event.is_queue_overflow:
            self._on_overflow()
        # A disk that is mounted again has the same device and inode; only this tells of it.
        if event.mask & InotifyConstants.IN_UNMOUNT:
            self.unmounted = True

    def _concerns_nobody(self, event: InotifyEvent) -> bool:
        """Return whether an event is of a file that came and is no image, as each sidecar does.

        It would go through three threads for nothing. That a sidecar went is another matter.
        """
        if event.name.startswith(_HIDDEN):
            if event.is_moved_from:
                self._hidden_move = event.cookie
            return not event.name.endswith(_PROBE)
        # Both halves of a rename have one cookie (inotify(7)). Where another comes between them
        # the second one is passed on, for nothing.
        took_its_place = event.is_moved_to and event.cookie == self._hidden_move
        came = event.is_create or event.is_close_write or took_its_place
        return came and not event.is_directory and not is_image_name(os.fsdecode(event.name))
