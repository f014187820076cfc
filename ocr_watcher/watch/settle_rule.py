"""The decision whether a file is whole; pure functions of its stamps and a clock."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocr_watcher.values.image import Image, Stamp

_QUIET_WITHOUT_CLOSE = 1.0
"""The quiet time of a file whose close was not seen, where the close of a file is trusted."""

_FACTORS = (1, 2, 4, 8, 16, 32)
"""Factors of the quiet time. Each change of an image while it is read selects the next one."""
_REMEMBERED = 300.0
"""The seconds after such a change within which a further one doubles the quiet time."""


@dataclass(frozen=True, slots=True)
class _ChangedWhileRead:
    factor: int
    until: float


@dataclass(frozen=True, slots=True)
class _Watched:
    stamp: Stamp
    due: float


class Settling:
    """The images that are not whole yet.

    An image is whole when its size and date have not changed for the quiet time. A scanner that
    closes a file and opens it again, or an upload in chunks, restarts that time. The inode does not
    count, because some file systems give a file another inode at each stat(2).

    The quiet time of an image doubles each time that it changes while it is read, because reading
    may itself change it. For example, a mount of rclone postpones the upload of a file that is read
    before it was uploaded, and gives it a new date.

    Empty files take at most half of the room. They are not urgent, and there must be room for
    other images however many empty ones appear.
    """

    def __init__(self, settle_seconds: float, capacity: int) -> None:
        """Begin without images.

        Args:
            settle_seconds: The quiet time; 0 where the close of a file is trusted.
            capacity: The largest number of images; a scan finds the others later.
        """
        self._quiet = settle_seconds or _QUIET_WITHOUT_CLOSE
        self._capacity = capacity
        # By the factor of the quiet time; in each queue, the image that is due first comes first.
        self._queues: dict[int, dict[Image, _Watched]] = {factor: {} for factor in _FACTORS}
        self._factors: dict[Image, int] = {}  # of those that are watched
        self._empty: set[Image] = set()
        self._restless: dict[Image, _ChangedWhileRead] = {}

    def has_room_for(self, image: Image) -> bool:
        """Return whether there is room to note an image."""
        return len(self._factors) < self._capacity or image in self._factors

    def note(self, image: Image, stamp: Stamp, now: float) -> bool:
        """Note an image that appeared or changed.

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
        """Note an image whose content changed while it was read.

        Returns:
            Whether there was room for it.
        """
        factor = min(self._factor(image, now) * 2, _FACTORS[-1])
        self._restless.pop(image, None)
        self._restless[image] = _ChangedWhileRead(factor, now + factor * self._quiet + _REMEMBERED)
        if len(self._restless) > self._capacity:
            del self._restless[next(iter(self._restless))]
        self._forget(image)
        return self.note(image, stamp, now)

    def next_due(self) -> float | None:
        """Return the time of the next check of an image; None if there is no image."""
        firsts = (next(iter(queue.values()), None) for queue in self._queues.values())
        return min((first.due for first in firsts if first is not None), default=None)

    def due(self, now: float) -> list[Image]:
        """Return the images whose quiet time has passed if they have not changed since."""
        return [
            image
            for queue in self._queues.values()
            for image, _ in itertools.takewhile(lambda item: item[1].due <= now, queue.items())
        ]

    def look(self, image: Image, stamp: Stamp | None, now: float) -> bool:
        """Check whether an image that is due has changed.

        Args:
            image: The image.
            stamp: The stamp that it has now; None if it has vanished.
            now: The time of the check.

        Returns:
            Whether it is whole. If it has changed, its quiet time restarts; if it has vanished, it
            is forgotten.
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
        """Return the number of images that are not whole yet."""
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
