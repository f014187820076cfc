"""The queue of settled images: none twice, new ones first, retries when their time comes."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from typing import TYPE_CHECKING

from ocr_watcher.errors import Stopped
from ocr_watcher.work.lanes import Job, Lane, Lanes

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.values.image import Image

__all__ = ["Job", "JobQueue", "Lane"]


_QUIET_SECONDS = 3.0
"""Nothing else must have come for so long before an image is taken that goes alone: while the
folders are scanned, those that go before it are still to come."""


class JobQueue:
    """Hands each image to one worker at a time.

    An image that is put again while it waits is not taken twice. One that is put while a worker
    has it is handed out once more afterwards: its content may have changed under the worker, and
    a look at its sidecars tells for nothing whether it has.
    """

    def __init__(self, capacity: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Make an empty queue.

        Args:
            capacity: How many images of one folder may wait in each lane, and how many retries
                of all; the rest lies safely in the folder, where the next scan finds it.
            clock: Seconds of a clock that only goes forward.
        """
        self._capacity = capacity
        self._clock = clock
        self._lock = threading.Lock()
        self._work = threading.Condition(self._lock)  # who waits for a job
        self._progress = threading.Condition(self._lock)  # who waits for room, or for the end
        self._lanes = Lanes()
        self._put_at = float("-inf")
        self._retries: list[tuple[float, int, Job]] = []
        self._retried: dict[Image, int] = {}  # which entry of the retries holds
        self._order = itertools.count()
        self._in_flight: dict[Image, bool] = {}
        self._on_left: Callable[[Image], None] = lambda _: None
        self._goes_alone: Callable[[Image], bool] = lambda _: False
        self._alone: Image | None = None  # which one is worked on, while no other is
        self._closed = False

    def leave_to(self, on_left: Callable[[Image], None]) -> None:
        """Set the callback for an image whose retry finds no room, so that it is found again."""
        self._on_left = on_left

    def isolate(self, goes_alone: Callable[[Image], bool]) -> None:
        """Set which images are taken last, and only while no other is worked on."""
        self._goes_alone = goes_alone

    def hold(self, root: str) -> None:
        """Hand out no image of a folder until it is released: a worker that took one would hang."""
        with self._lock:
            self._lanes.hold(root)
            if self._alone is not None and self._alone.root == root:
                self._alone = None
            self._work.notify_all()
            self._progress.notify_all()

    def release(self, root: str) -> None:
        """Hand out the images of a folder again, those that were set aside first."""
        with self._lock:
            self._lanes.release(root)
            self._work.notify_all()

    def put(self, image: Image, lane: Lane) -> bool:
        """Add an image.

        Returns:
            Whether it is in the queue now; False where the queue is full.
        """
        with self._lock:
            return self._put(image, lane)

    def put_when_room(self, image: Image, lane: Lane) -> None:
        """Add an image, waiting for room.

        Raises:
            Stopped: The queue was closed.
        """
        with self._lock:
            self._raise_if_closed()
            while not self._put(image, lane):
                self._progress.wait()
                self._raise_if_closed()

    def get(self) -> Job:
        """Wait for the next job and take it; `finish` or `retry` must follow.

        Raises:
            Stopped: The queue was closed; what waits in it is left to the next start.
        """
        with self._lock:
            while (job := self._next()) is None:
                self._work.wait(self._until_next())
            self._in_flight[job.image] = False
            if self._goes_alone(job.image):
                self._alone = job.image
            if self._retries:
                # One thread is woken for each job, for hundreds would wake for nothing. The
                # others may not know of these, so who goes off leaves the watch to one of them.
                self._work.notify()
            self._progress.notify_all()
            return job

    def finish(self, job: Job) -> None:
        """Note that a job has ended, with or without success."""
        with self._lock:
            if self._land(job.image):
                self._enqueue(Job(job.image), Lane.FRESH)
            self._progress.notify_all()

    def retry(self, job: Job, delay: float) -> None:
        """Put a job back, to be taken again after a delay in seconds.

        Where too many wait for their time already, it is left for a scan to find.
        """
        with self._lock:
            left = False
            if self._land(job.image):
                self._enqueue(Job(job.image), Lane.FRESH)
            elif len(self._retried) < self._capacity:
                self._delay(job, delay)
            else:
                left = True
            self._progress.notify_all()
        if left:
            self._on_left(job.image)

    def close(self) -> None:
        """End every wait, now and later, with `Stopped`."""
        with self._lock:
            self._closed = True
            self._work.notify_all()
            self._progress.notify_all()

    def join(self) -> None:
        """Wait until nothing waits and nothing is in flight, but of folders that are held.

        Raises:
            Stopped: The queue was closed before.
        """
        with self._lock:
            while self._size_here():
                self._raise_if_closed()
                self._progress.wait()

    def __contains__(self, image: Image) -> bool:
        """Return whether an image waits or is in flight."""
        with self._lock:
            held = (self._lanes, self._retried, self._in_flight)
            return any(image in images for images in held)

    def __len__(self) -> int:
        """Return how many images wait, retries and those in flight included."""
        with self._lock:
            return self._size()

    @property
    def size_here(self) -> int:
        """The number of images that wait, as for the length, but of folders that are not held."""
        with self._lock:
            return self._size_here()

    def _size(self) -> int:
        return len(self._lanes) + len(self._retried) + len(self._in_flight)

    def _size_here(self) -> int:
        if not self._lanes.holds_any():  # as nearly always: nothing has to be looked at
            return self._size()
        others = (image for images in (self._retried, self._in_flight) for image in images)
        return self._lanes.number_not_held() + sum(map(self._is_here, others))

    def _is_here(self, image: Image) -> bool:
        return not self._lanes.holds(image.root)

    def _put(self, image: Image, lane: Lane) -> bool:
        if image in self._in_flight:
            self._in_flight[image] = True
        elif image in self._retried and lane is Lane.FRESH:
            del self._retried[image]  # its content may be another: that one has waited for nothing
            self._enqueue(Job(image), lane)
        elif image not in self._lanes and image not in self._retried:
            if self._lanes.number_of(image.root, lane) >= self._capacity:
                return False
            self._enqueue(Job(image), lane)
        return True

    def _land(self, image: Image) -> bool:
        """Take an image out of those that are worked on; return whether it was put meanwhile."""
        if self._alone == image:
            self._alone = None
            self._work.notify_all()
        elif len(self._in_flight) == 1:
            self._work.notify()  # one that goes alone may wait for it
        return self._in_flight.pop(image)

    def _enqueue(self, job: Job, lane: Lane) -> None:
        self._put_at = self._clock()
        self._lanes.add(job, Lane.ALONE if self._goes_alone(job.image) else lane)
        self._work.notify()

    def _delay(self, job: Job, delay: float) -> None:
        order = next(self._order)
        self._retried[job.image] = order
        heapq.heappush(self._retries, (self._clock() + delay, order, job))
        self._work.notify()

    def _next(self) -> Job | None:
        self._raise_if_closed()
        if self._alone is not None:
            return None
        job = self._lanes.take(Lane.FRESH) or self._lanes.take(Lane.BACKLOG) or self._due_retry()
        if job is None and self._until_alone() == 0:
            return self._lanes.take(Lane.ALONE)
        return job

    def _until_alone(self) -> float | None:
        """Return how long those that go alone must wait; None for those that are worked on."""
        if not self._lanes.has(Lane.ALONE) or any(map(self._is_here, self._in_flight)):
            return None
        return max(0.0, self._put_at + _QUIET_SECONDS - self._clock())

    def _due_retry(self) -> Job | None:
        while True:
            self._drop_void_retries()
            if not self._retries or self._retries[0][0] > self._clock():
                return None
            job = heapq.heappop(self._retries)[2]
            del self._retried[job.image]
            alone = self._goes_alone(job.image)
            if self._is_here(job.image) and not alone:
                return job
            self._lanes.add(job, Lane.ALONE if alone else Lane.BACKLOG)

    def _drop_void_retries(self) -> None:
        while self._retries:
            _, order, job = self._retries[0]
            if self._retried.get(job.image) == order:
                return
            heapq.heappop(self._retries)

    def _until_next(self) -> float | None:
        if self._alone is not None:
            return None
        waits = [] if (alone := self._until_alone()) is None else [alone]
        if self._retries:
            waits.append(max(0.0, self._retries[0][0] - self._clock()))
        return min(waits, default=None)

    def _raise_if_closed(self) -> None:
        if self._closed:
            raise Stopped
