"""The thread that waits until files are whole, so that no worker waits for them."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from ocr_watcher.errors import Stopped
from ocr_watcher.storage.directory import stamp_of
from ocr_watcher.threads.heartbeat import Heartbeats
from ocr_watcher.watch.settle_rule import Settling

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.values.image import Image, Stamp


class Settler:
    """The thread that checks each image after its quiet time and passes on the whole ones."""

    def __init__(
        self,
        settle_seconds: float,
        capacity: int,
        hand_on: Callable[[Image, Stamp], None],
        heartbeats: Heartbeats | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Create the settler; its thread is not started.

        Args:
            settle_seconds: The quiet time.
            capacity: The largest number of images that settle at once.
            hand_on: Called with each image that is whole, and its stamp; must not block.
            heartbeats: The heartbeats of the threads.
            clock: A function that returns the seconds of a clock that only goes forward.
        """
        self._settling = Settling(settle_seconds, capacity)
        self._hand_on = hand_on
        self._heartbeats = heartbeats or Heartbeats()
        self._clock = clock
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="settler", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; the next start finds the images that have not settled."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread.is_alive():  # a program that stops at once has not started it
            self._thread.join()

    def note(self, image: Image, *, changed_while_read: bool = False) -> bool:
        """Note an image that appeared or changed.

        Args:
            image: The image.
            changed_while_read: Whether it was whole before, and changed while it was read.

        Returns:
            False if there was no room for it; a scan must then find it again.
        """
        with self._changed:
            if not self._settling.has_room_for(image):
                return False  # no stat(2) for each file of a flood
        with self._heartbeats.working(f"a look at {image}", image.root):
            stamp = stamp_of(image)
        if stamp is None:
            return True
        with self._changed:
            settling = self._settling
            note = settling.note_change_while_read if changed_while_read else settling.note
            noted = note(image, stamp, self._clock())
            self._changed.notify_all()
        return noted

    def works(self) -> bool:
        """Return whether the thread is alive."""
        return self._thread.is_alive()

    def join(self) -> None:
        """Wait until every image has settled or vanished.

        Raises:
            Stopped: The thread was stopped before.
        """
        with self._changed:
            while self._settling:
                self._raise_if_closed()
                self._changed.wait()

    def __len__(self) -> int:
        """Return the number of images that are not whole yet."""
        with self._changed:
            return len(self._settling)

    def step(self) -> None:
        """Wait until images are due, and check them.

        Raises:
            Stopped: The settler was stopped.
        """
        with self._changed:
            due = self._settling.due(self._clock())
            if not due:
                self._raise_if_closed()
                self._changed.wait(self._until_next())
                return
        for image in due:
            with self._heartbeats.working(f"a look at {image}", image.root):
                stamp = stamp_of(image)
            with self._changed:
                self._raise_if_closed()
                if self._settling.look(image, stamp, self._clock()) and stamp is not None:
                    self._hand_on(image, stamp)
                self._changed.notify_all()

    def _run(self) -> None:
        try:
            while True:
                self.step()
        except Stopped:
            return

    def _until_next(self) -> float | None:
        due = self._settling.next_due()
        return None if due is None else max(0.0, due - self._clock())

    def _raise_if_closed(self) -> None:
        if self._closed:
            raise Stopped
