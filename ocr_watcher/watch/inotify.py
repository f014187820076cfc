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
"""The end of the name of the hidden file that is created to check that events arrive."""

_HIDDEN, _PROBE = os.fsencode(TEMPORARY_PREFIX), os.fsencode(PROBE_SUFFIX)


class Observer(BaseObserver):
    """watchdog's inotify observer, with an inotify instance of its own that notices losses.

    It reports a file that is moved in or out as a move with one of its two names empty.
    """

    def __init__(
        self, on_overflow: Callable[[], None], on_watch: Callable[[], None] = lambda: None
    ) -> None:
        """Open the inotify instance.

        Args:
            on_overflow: Called when the kernel's queue overflowed, after the watches have been
                renewed. A scan must find the files that appeared meanwhile.
            on_watch: Called before each directory is watched; there may be many.

        Raises:
            OSError: The kernel grants no more instances (inotify(7)).
        """
        self._inotify = _Inotify(on_overflow, on_watch)
        self._inotify.start()
        super().__init__(InotifyFullEmitter, inotify_fd=self._inotify)

    @property
    def limited(self) -> bool:
        """Whether the kernel refused a watch, because this user has too many."""
        return self._inotify.limited

    def works(self) -> bool:
        """Return whether all directories are watched and all threads for events are alive."""
        # An emitter ends when its root vanishes, but the observer does not notice.
        threads = [self, self._inotify, *self.emitters]
        alive = bool(self.emitters) and all(thread.is_alive() for thread in threads)
        return alive and not self._inotify.limited and not self._inotify.unmounted

    def on_thread_stop(self) -> None:
        """End the threads of watchdog, then the thread of the inotify instance."""
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
            # Below the root, watchdog ignores this error.
            self.limited = self.limited or error.errno == errno.ENOSPC
            raise
        if descriptor < 0:  # watchdog treats an unreadable directory as watched
            self.remove_callbacks([(descriptor, id_)])
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return descriptor

    def handle_event(self, event: InotifyEvent) -> None:
        if self._is_irrelevant(event):
            return
        super().handle_event(event)
        if event.is_queue_overflow:
            self._on_overflow()
        # A disk that is mounted again has the same device and inode; only this event shows it.
        if event.mask & InotifyConstants.IN_UNMOUNT:
            self.unmounted = True

    def _is_irrelevant(self, event: InotifyEvent) -> bool:
        """Return whether an event reports a new file that is no image, such as a sidecar.

        Such an event would pass through three threads without effect. The deletion of a sidecar
        is relevant.
        """
        if event.name.startswith(_HIDDEN):
            if event.is_moved_from:
                self._hidden_move = event.cookie
            return not event.name.endswith(_PROBE)
        # Both halves of a rename have one cookie (inotify(7)). If another rename comes between
        # them, the second half is passed on, which does no harm.
        took_its_place = event.is_moved_to and event.cookie == self._hidden_move
        came = event.is_create or event.is_close_write or took_its_place
        return came and not event.is_directory and not is_image_name(os.fsdecode(event.name))
