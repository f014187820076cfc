"""When is a file whole? When it has been quiet: pure, fed with stamps and a clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocr_watcher.image import Image, Stamp

_QUIET_WITHOUT_CLOSE = 1.0
"""Seconds. Where the close of a file is trusted, one whose close was not seen is given this."""


@dataclass(frozen=True, slots=True)
class _Watched:
    stamp: Stamp
    due: float


class Settling:
    """Keeps the images that are not whole yet.

    An image is whole when its size and date have not changed for the time of quiet. A scanner that
    closes a file and opens it again, or an upload in chunks, begins that time anew. Its inode is
    no matter: some file systems number their files anew at each look.
    """

    def __init__(self, settle_seconds: float, capacity: int) -> None:
        """Begins with none.

        Args:
            settle_seconds: The time of quiet; 0 where the close of a file is trusted.
            capacity: How many images are kept; the rest is left for a scan to find.
        """
        self._quiet = settle_seconds or _QUIET_WITHOUT_CLOSE
        self._capacity = capacity
        self._watched: dict[Image, _Watched] = {}  # in the order of their times

    def has_room_for(self, image: Image) -> bool:
        """Tells whether a note of an image would be taken."""
        return len(self._watched) < self._capacity or image in self._watched

    def note(self, image: Image, stamp: Stamp, now: float) -> bool:
        """Takes note of an image that was seen to come or to change.

        Returns:
            Whether there was room for it.
        """
        if not self.has_room_for(image):
            return False
        before = self._watched.get(image)
        if before is None or not before.stamp.is_of_the_same_content(stamp):
            self._begin(image, stamp, now)
        return True

    def next_due(self) -> float | None:
        """Says when the next image is to be looked at; None while there is none."""
        return next((watched.due for watched in self._watched.values()), None)

    def due(self, now: float) -> list[Image]:
        """Lists the images whose time of quiet has passed, if they were quiet."""
        due = []
        for image, watched in self._watched.items():
            if watched.due > now:
                break
            due.append(image)
        return due

    def look(self, image: Image, stamp: Stamp | None, now: float) -> bool:
        """Takes a second look at an image that is due.

        Args:
            image: The image.
            stamp: The stamp it has now; None where it has vanished.
            now: The time of the look.

        Returns:
            Whether it is whole. Where it has changed, its time begins anew; a vanished one is
            forgotten.
        """
        before = self._watched[image]
        if stamp is not None and not stamp.is_of_the_same_content(before.stamp):
            self._begin(image, stamp, now)
            return False
        if stamp is not None and before.due > now:
            return False  # a change was noted since it was listed as due
        del self._watched[image]
        return stamp is not None

    def __len__(self) -> int:
        """Tells how many images are not whole yet."""
        return len(self._watched)

    def _begin(self, image: Image, stamp: Stamp, now: float) -> None:
        self._watched.pop(image, None)
        self._watched[image] = _Watched(stamp, now + self._quiet)
