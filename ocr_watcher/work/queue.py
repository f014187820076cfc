"""The queue of settled images: none twice, new ones first, retries when their time comes."""

from __future__ import annotations

import enum
import heapq
import itertools
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr_watcher.errors import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.image import Image


class Lane(enum.IntEnum):
    """Which images are taken first."""

    FRESH = 0
    """Dropped while we watch: somebody waits for it."""
    BACKLOG = 1
    """Found by a scan."""


@dataclass(frozen=True, slots=True)
class Job:
    """One image to be worked on.

    Attributes:
        image: Which one.
        tries: Earlier tries that ended with a fault of the image.
        delays: Earlier tries that ended with a fault of something else.
    """

    image: Image
    tries: int = 0
    delays: int = 0


class JobQueue:
    """Hands each image to one worker at a time.

    An image that is put again while it waits is not taken twice. One that is put while a worker
    has it is handed out once more afterwards: its content may have changed under the worker, and
    a look at its sidecars tells for nothing whether it has.
    """

    def __init__(self, capacity: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Makes an empty queue.

        Args:
            capacity: How many images may wait, retries not counted; the rest lies safely in
                the folder, where the next scan finds it.
            clock: Seconds of a clock that only goes forward.
        """
        self._capacity = capacity
        self._clock = clock
        self._changed = threading.Condition()
        self._lanes: tuple[deque[Job], ...] = tuple(deque() for _ in Lane)
        self._retries: list[tuple[float, int, Job]] = []
        self._order = itertools.count()
        self._waiting: set[Image] = set()
        self._in_flight: dict[Image, bool] = {}
        self._closed = False

    def put(self, image: Image, lane: Lane) -> bool:
        """Adds an image.

        Returns:
            Whether it is in the queue now; False where the queue is full.
        """
        with self._changed:
            return self._put(image, lane)

    def put_when_room(self, image: Image, lane: Lane) -> None:
        """Adds an image, waiting for room.

        Raises:
            Stopped: The queue was closed.
        """
        with self._changed:
            self._raise_if_closed()
            while not self._put(image, lane):
                self._changed.wait()
                self._raise_if_closed()

    def get(self) -> Job:
        """Waits for the next job and takes it; `finish` or `retry` must follow.

        Raises:
            Stopped: The queue was closed; what waits in it is left to the next start.
        """
        with self._changed:
            while True:
                self._raise_if_closed()
                job = self._next()
                if job is not None:
                    self._waiting.discard(job.image)
                    self._in_flight[job.image] = False
                    self._changed.notify_all()
                    return job
                self._changed.wait(self._until_next_retry())

    def finish(self, job: Job) -> None:
        """Tells that a job is at its end, for good or ill."""
        with self._changed:
            if self._in_flight.pop(job.image):
                self._enqueue(Job(job.image), Lane.FRESH)
            self._changed.notify_all()

    def retry(self, job: Job, delay: float) -> None:
        """Puts a job back, to be taken again after a delay in seconds."""
        with self._changed:
            self._in_flight.pop(job.image)
            self._waiting.add(job.image)
            heapq.heappush(self._retries, (self._clock() + delay, next(self._order), job))
            self._changed.notify_all()

    def close(self) -> None:
        """Ends every wait, now and later, with `Stopped`."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def join(self) -> None:
        """Waits until nothing waits and nothing is in flight.

        Raises:
            Stopped: The queue was closed before.
        """
        with self._changed:
            while self._waiting or self._in_flight:
                self._raise_if_closed()
                self._changed.wait()

    def __len__(self) -> int:
        """Tells how many images wait, retries and those in flight included."""
        with self._changed:
            return len(self._waiting) + len(self._in_flight)

    def _put(self, image: Image, lane: Lane) -> bool:
        if image in self._in_flight:
            self._in_flight[image] = True
        elif image not in self._waiting:
            if sum(map(len, self._lanes)) >= self._capacity:
                return False
            self._enqueue(Job(image), lane)
        return True

    def _enqueue(self, job: Job, lane: Lane) -> None:
        self._lanes[lane].append(job)
        self._waiting.add(job.image)
        self._changed.notify_all()

    def _next(self) -> Job | None:
        for lane in self._lanes:
            if lane:
                return lane.popleft()
        if self._retries and self._retries[0][0] <= self._clock():
            return heapq.heappop(self._retries)[2]
        return None

    def _until_next_retry(self) -> float | None:
        return max(0.0, self._retries[0][0] - self._clock()) if self._retries else None

    def _raise_if_closed(self) -> None:
        if self._closed:
            raise Stopped
