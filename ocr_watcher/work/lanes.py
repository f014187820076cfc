"""The jobs that wait, in the order in which they are taken; without locks or I/O."""

from __future__ import annotations

import enum
from collections import Counter, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocr_watcher.values.image import Image
    from ocr_watcher.values.tried import Tried


class Lane(enum.IntEnum):
    """The lanes of the queue, the first one first."""

    FRESH = 0
    """An image that appeared while the folder was watched; somebody waits for its text."""
    BACKLOG = 1
    """An image that a scan found."""
    ALONE = 2
    """An image that must not be worked on at the same time as another one."""


class Hold(enum.Enum):
    """The reasons why no images of a folder are handed out."""

    HUNG = enum.auto()
    """The folder does not answer; the attempts at its images may never end."""
    PAUSED = enum.auto()
    """No calls are made for its images, until a time that may be far off."""
    PROBED = enum.auto()
    """One of its images, or of other folders, must show first whether calls can be made."""

    @property
    def is_short(self) -> bool:
        """Whether the hold ends soon, so that a thread may wait for its end."""
        return self is Hold.PROBED


@dataclass(frozen=True, slots=True)
class Job:
    """One image to be worked on.

    Attributes:
        image: The image.
        tried: The tries so far, if the queue has waited for the next one.
    """

    image: Image
    tried: Tried | None = None


class Lanes:
    """The jobs by lane. Jobs of a held folder are set aside until it is released."""

    def __init__(self) -> None:
        """Begin without jobs."""
        self._lanes: dict[Lane, deque[Job]] = {lane: deque() for lane in Lane}
        self._holds: dict[str, set[Hold]] = {}  # by root
        self._set_aside: dict[str, deque[tuple[Lane, Job]]] = {}  # by the root of the held folder
        self._images: set[Image] = set()
        self._numbers = Counter[tuple[str, Lane]]()

    def add(self, job: Job, lane: Lane) -> None:
        """Add a job at the end of a lane."""
        self._lanes[lane].append(job)
        self._images.add(job.image)
        self._numbers[job.image.root, lane] += 1

    def take(self, lane: Lane) -> Job | None:
        """Return and remove the first job of a lane in a folder that is not held; else None."""
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
        """Return whether a lane has a job, even of a held folder that is not yet set aside."""
        return bool(self._lanes[lane])

    def hold(self, root: str, why: Hold) -> None:
        """Set the jobs of a folder aside, and those that are added later."""
        self._holds.setdefault(root, set()).add(why)
        self._set_aside.setdefault(root, deque())

    def release(self, root: str, *why: Hold) -> None:
        """Remove some reasons to hold a folder.

        If none is left, its jobs are put back, before later jobs.
        """
        holds = self._holds.get(root, set())
        holds.difference_update(why)
        if holds:
            return
        self._holds.pop(root, None)
        for lane, job in reversed(self._set_aside.pop(root, deque())):
            self._lanes[lane].appendleft(job)

    def holds(self, root: str) -> bool:
        """Return whether a folder is held."""
        return root in self._set_aside

    def holds_for(self, root: str, why: Hold) -> bool:
        """Return whether a folder is held for a reason."""
        return why in self._holds.get(root, ())

    def leaves(self, root: str) -> bool:
        """Return whether a folder is held for so long that no thread waits for the end."""
        return not all(hold.is_short for hold in self._holds.get(root, ()))

    def holds_any(self) -> bool:
        """Return whether any folder is held."""
        return bool(self._set_aside)

    def number_of(self, root: str, lane: Lane) -> int:
        """Return the number of jobs of a folder in a lane."""
        return self._numbers[root, lane]

    def number_not_left(self) -> int:
        """Return the number of waiting jobs in folders that are not left (see `leaves`)."""
        roots = filter(self.leaves, self._holds)
        left = sum(self._numbers[root, lane] for root in roots for lane in Lane)
        return len(self._images) - left

    def __contains__(self, image: Image) -> bool:
        return image in self._images

    def __len__(self) -> int:
        return len(self._images)
