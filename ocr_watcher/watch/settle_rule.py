"""The decision whether a file is whole, from its stamps and a clock alone."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocr_watcher.values.image import Image, Stamp

_QUIET_WITHOUT_CLOSE = 1.0
"""Seconds. Where the close of a file is trusted, one whose close was not seen is given this."""


_FACTORS = (1, 2, 4, 8, 16, 32)
"""Of the time of quiet: for an image that changed while it was read, the next one each time."""
_REMEMBERED = 300.0
"""Seconds after its last change in which a further one doubles the time."""


@dataclass(frozen=True, slots=True)
class _Restless:
    factor: int
    until: float


@dataclass(frozen=True, slots=True)
class _Watched:
    stamp: Stamp
    due: float


class Settling:
    """The images that are not whole yet.

    An image is whole when its size and date have not changed for the time of quiet. A scanner that
    closes a file and opens it again, or an upload in chunks, begins that time anew. Its inode is
    no matter: some file systems number their files anew at each look.

    An image that changed while it was read is given twice the time, and again twice: a look may
    itself be what changes it. A mount of rclone's dates a file anew when it is read before it was
    uploaded, and puts the upload off.

    Empty files are kept in half of the room at most: nobody waits for them, and however many come,
    an image is kept beside them.
    """

    def __init__(self, settle_seconds: float, capacity: int) -> None:
        """Begin with none.

        Args:
            settle_seconds: The time of quiet; 0 where the close of a file is trusted.
            capacity: How many images are kept; the rest is left for a scan to find.
        """
        self._quiet = settle_seconds or _QUIET_WITHOUT_CLOSE
        self._capacity = capacity
        # By the factor of their quiet, each in the order of their times.
        self._queues: dict[int, dict[Image, _Watched]] = {factor: {} for factor in _FACTORS}
        self._factors: dict[Image, int] = {}  # of those that are watched
        self._empty: set[Image] = set()
        self._restless: dict[Image, _Restless] = {}

    def has_room_for(self, image: Image) -> bool:
        """Return whether a note of an image would be taken."""
        return len(self._factors) < self._capacity or image in self._factors

    def note(self, image: Image, stamp: Stamp, now: float) -> bool:
        """Note an image that was seen to come or to change.

        Returns:
            Whether there was room for it.
        """
        if not self.has_room_for(image) or self._is_one_empty_file_too_many(image, stamp):
            return False
        before = self._watched(image)
        if before is None or not before.stamp.is_of_the_same_content(stamp):
            self._begin(image, stamp, now)
        return True

    def note_change_while_read(self, image: Image, stamp: Stamp, now: float) -> bool:
        """Take note of an image whose content changed while it was read.

        Returns:
            Whether there was room for it.
        """
        factor = min(self._factor(image, now) * 2, _FACTORS[-1])
        self._restless.pop(image, None)
        self._restless[image] = _Restless(factor, now + factor * self._quiet + _REMEMBERED)
        if len(self._restless) > self._capacity:
            del self._restless[next(iter(self._restless))]
        self._forget(image)
        return self.note(image, stamp, now)

    def next_due(self) -> float | None:
        """Return when the next image is to be looked at; None while there is none."""
        firsts = (next(iter(queue.values()), None) for queue in self._queues.values())
        return min((first.due for first in firsts if first is not None), default=None)

    def due(self, now: float) -> list[Image]:
        """List the images whose time of quiet has passed, if they were quiet."""
        return [
            image
            for queue in self._queues.values()
            for image, _ in itertools.takewhile(lambda item: item[1].due <= now, queue.items())
        ]

    def look(self, image: Image, stamp: Stamp | None, now: float) -> bool:
        """Take a second look at an image that is due.

        Args:
            image: The image.
            stamp: The stamp it has now; None where it has vanished.
            now: The time of the look.

        Returns:
            Whether it is whole. Where it has changed, its time begins anew; a vanished one is
            forgotten.
        """
        before = self._watched(image)
        if before is None:
            return False
        if stamp is not None and not stamp.is_of_the_same_content(before.stamp):
            self._begin(image, stamp, now)
            return False
        if stamp is not None and before.due > now:
            return False  # a change was noted since it was listed as due
        self._forget(image)
        return stamp is not None

    def __len__(self) -> int:
        """Return how many images are not whole yet."""
        return len(self._factors)

    def _watched(self, image: Image) -> _Watched | None:
        factor = self._factors.get(image)
        return None if factor is None else self._queues[factor][image]

    def _begin(self, image: Image, stamp: Stamp, now: float) -> None:
        self._forget(image)
        factor = self._factor(image, now)
        self._factors[image] = factor
        self._queues[factor][image] = _Watched(stamp, now + factor * self._quiet)
        if not stamp.size:
            self._empty.add(image)

    def _is_one_empty_file_too_many(self, image: Image, stamp: Stamp) -> bool:
        is_new = image not in self._factors and not stamp.size
        return is_new and len(self._empty) >= (self._capacity + 1) // 2

    def _forget(self, image: Image) -> None:
        factor = self._factors.pop(image, None)
        if factor is not None:
            del self._queues[factor][image]
        self._empty.discard(image)

    def _factor(self, image: Image, now: float) -> int:
        restless = self._restless.get(image)
        if restless is None:
            return 1
        if restless.until < now:
            del self._restless[image]
            return 1
        return restless.factor
