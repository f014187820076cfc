"""The jobs that wait, in the order in which they are taken: pure, for one thread at a time."""

from __future__ import annotations

import enum
from collections import Counter, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocr_watcher.values.image import Image
    from ocr_watcher.values.tried import Tried


class Lane(enum.IntEnum):
    """Which images are taken first."""

    FRESH = 0
    """Dropped while we watch: somebody waits for it."""
    BACKLOG = 1
    """Found by a scan."""
    ALONE = 2
    """Not to be worked on beside another one."""


@dataclass(frozen=True, slots=True)
class Job:
    """One image to be worked on.

    Attributes:
        image: Which one.
        tried: The tries before this one, where its time has been waited for.
    """

    image: Image
    tried: Tried | None = None


class Lanes:
    """Jobs by lane. Those of a folder that is held are set aside until it is released."""

    def __init__(self) -> None:
        """Begin without jobs."""
        self._lanes: dict[Lane, deque[Job]] = {lane: deque() for lane in Lane}
        self._set_aside: dict[str, deque[tuple[Lane, Job]]] = {}  # by the root that is held
        self._images: set[Image] = set()
        self._numbers = Counter[tuple[str, Lane]]()

    def add(self, job: Job, lane: Lane) -> None:
        """Add a job at the end of a lane."""
        self._lanes[lane].append(job)
        self._images.add(job.image)
        self._numbers[job.image.root, lane] += 1

    def take(self, lane: Lane) -> Job | None:
        """Take the first job of a lane; None where it holds none of a folder that is not held."""
        jobs = self._lanes[lane]
        while jobs:
            job = jobs.popleft()
            if self.holds(job.image.root):
                self._set_aside[job.image.root].append((lane, job))
                continue
            self._images.discard(job.image)
            self._numbers[job.image.root, lane] -= 1
            return job
        return None

    def has(self, lane: Lane) -> bool:
        """Return whether a lane holds a job, of a folder that is perhaps held."""
        return bool(self._lanes[lane])

    def hold(self, root: str) -> None:
        """Set the jobs of a folder aside, those that come later too."""
        self._set_aside.setdefault(root, deque())

    def release(self, root: str) -> None:
        """Put the jobs of a folder back, before those that came later."""
        for lane, job in reversed(self._set_aside.pop(root, deque())):
            self._lanes[lane].appendleft(job)

    def holds(self, root: str) -> bool:
        """Return whether a folder is held."""
        return root in self._set_aside

    def holds_any(self) -> bool:
        """Return whether any folder is held."""
        return bool(self._set_aside)

    def number_of(self, root: str, lane: Lane) -> int:
        """Return how many jobs of a folder wait in a lane."""
        return self._numbers[root, lane]

    def number_not_held(self) -> int:
        """Return how many jobs wait of folders that are not held."""
        held = sum(self._numbers[root, lane] for root in self._set_aside for lane in Lane)
        return len(self._images) - held

    def __contains__(self, image: Image) -> bool:
        return image in self._images

    def __len__(self) -> int:
        return len(self._images)
