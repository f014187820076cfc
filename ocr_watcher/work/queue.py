"""The queue of settled images: new images first, retries when they are due, and no image twice."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from typing import TYPE_CHECKING

from ocr_watcher.errors import Stopped
from ocr_watcher.work.lanes import Hold, Job, Lane, Lanes

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.values.image import Image

__all__ = ["Hold", "Job", "JobQueue", "Lane"]


_QUIET_SECONDS = 3.0
"""The seconds without a new image before an image that goes alone is taken. While the folders are
scanned, other images that go before it are still being added."""


class JobQueue:
    """The queue that gives each image to one worker at a time.

    An image that is put again while it waits is taken once. An image that is put while a worker has
    it is handed out once more afterwards, because its content may have changed meanwhile. If it has
    not, comparing it with its sidecars costs no call.
    """

    def __init__(
        self,
        capacity: int,
        clock: Callable[[], float] = time.monotonic,
        *,
        is_patient: bool = True,
    ) -> None:
        """Create an empty queue.

        Args:
            capacity: The largest number of images of one folder in each lane, and of retries of
                all folders. Further images stay in their folders, where the next scan finds them.
            clock: A function that returns the seconds of a clock that only goes forward.
            is_patient: Whether `put_when_room` also waits while the images of a folder wait for the
                end of a pause. Otherwise an image without room is left for another run.
        """
        self._is_patient = is_patient
        self._capacity = capacity
        self._clock = clock
        self._lock = threading.Lock()
        self._work = threading.Condition(self._lock)  # for threads that wait for a job
        self._progress = threading.Condition(
            self._lock
        )  # for threads that wait for room, or for the end
        self._lanes = Lanes()
        self._put_at = float("-inf")
        self._retries: list[tuple[float, int, Job]] = []
        self._retried: dict[Image, int] = {}  # the order number of the valid entry in _retries
        self._order = itertools.count()
        self._in_flight: dict[Image, bool] = {}
        self._on_left: Callable[[Image], None] = lambda _: None
        self._goes_alone: Callable[[Image], bool] = lambda _: False
        self._alone: Image | None = None  # the image that is worked on alone
        self._closed = False

    def leave_to(self, on_left: Callable[[Image], None]) -> None:
        """Set the callback for an image whose retry has no room, so that a scan finds it again."""
        self._on_left = on_left

    def isolate(self, goes_alone: Callable[[Image], bool]) -> None:
        """Set the test for images that are taken last, and only while no other is worked on."""
        self._goes_alone = goes_alone

    def hold(self, root: str, why: Hold = Hold.HUNG) -> None:
        """Hand out no image of a folder until it is released.

        Args:
            root: The folder.
            why: The reason. It replaces an earlier one except `Hold.HUNG`, which stays, as a worker
                that took an image would hang.
        """
        with self._lock:
            self._lanes.hold(root, why)
            if why is not Hold.HUNG:
                self._lanes.release(root, *({Hold.PAUSED, Hold.PROBED} - {why}))
            elif self._alone is not None and self._alone.root == root:
                self._alone = None
            self._work.notify_all()
            self._progress.notify_all()

    def release(self, root: str, *why: Hold) -> None:
        """Remove some reasons to hold a folder; `Hold.HUNG` unless any is given.

        If none is left, its images are handed out again, first those that were set aside.
        """
        with self._lock:
            self._lanes.release(root, *(why or (Hold.HUNG,)))
            self._work.notify_all()

    def put(self, image: Image, lane: Lane) -> bool:
        """Add an image.

        Returns:
            Whether it is in the queue now; False if the queue is full.
        """
        with self._lock:
            return self._put(image, lane)

    def put_when_room(self, image: Image, lane: Lane) -> None:
        """Add an image; wait for room unless its folder is held for long.

        Raises:
            Stopped: The queue was closed.
        """
        with self._lock:
            self._raise_if_closed()
            while not self._put(image, lane):
                if not self._is_patient and self._lanes.leaves(image.root):
                    return
                self._progress.wait()
                self._raise_if_closed()

    def get(self) -> Job:
        """Wait for the next job and take it; `finish` or `retry` must follow.

        Raises:
            Stopped: The queue was closed; its images are left to the next start.
        """
        with self._lock:
            while (job := self._next()) is None:
                self._work.wait(self._until_next())
            self._in_flight[job.image] = False
            if self._goes_alone(job.image):
                self._alone = job.image
            if self._retries:
                # Only one thread is woken for each job, as there may be hundreds. This thread may
                # have been the only one to wait for the next retry, so another one replaces it.
                self._work.notify()
            self._progress.notify_all()
            return job

    def finish(self, job: Job) -> None:
        """Note that a job has ended, with or without success."""
        with self._lock:
            if self._end_work(job.image):
                self._enqueue(Job(job.image), Lane.FRESH)
            self._progress.notify_all()

    def retry(self, job: Job, delay: float) -> None:
        """Put a job back, to be taken again after a delay in seconds.

        If there are too many retries already, the job is dropped, and a scan finds the image again.
        """
        with self._lock:
            left = False
            if self._end_work(job.image):
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
        """Wait until no image waits or is in flight; images of folders that are left do not count.

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
        """Return the number of images that wait, that wait for a retry, or that are in flight."""
        with self._lock:
            return self._size()

    @property
    def size_here(self) -> int:
        """The number of images as for ``len``, but without those of folders that are left.

        A folder is left if it does not answer, or if its images wait for the end of a pause.
        """
        with self._lock:
            return self._size_here()

    def _size(self) -> int:
        return len(self._lanes) + len(self._retried) + len(self._in_flight)

    def _size_here(self) -> int:
        if not self._lanes.holds_any():  # the usual case, which needs no search
            return self._size()
        retried = sum(not self._lanes.leaves(image.root) for image in self._retried)
        in_flight = sum(map(self._answers, self._in_flight))
        return self._lanes.number_not_left() + retried + in_flight

    def _answers(self, image: Image) -> bool:
        return not self._lanes.holds_for(image.root, Hold.HUNG)

    def _put(self, image: Image, lane: Lane) -> bool:
        if image in self._in_flight:
            self._in_flight[image] = True
        elif image in self._retried and lane is Lane.FRESH:
            del self._retried[image]  # new content does not wait for the retry
            self._enqueue(Job(image), lane)
        elif image not in self._lanes and image not in self._retried:
            if self._lanes.number_of(image.root, lane) >= self._capacity:
                return False
            self._enqueue(Job(image), lane)
        return True

    def _end_work(self, image: Image) -> bool:
        """Note that an image is no longer worked on; return whether it was put meanwhile."""
        if self._alone == image:
            self._alone = None
            self._work.notify_all()
        elif len(self._in_flight) == 1:
            self._work.notify()  # an image that goes alone may wait for this end
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
        """Return the seconds until an image that goes alone may be taken.

        None if there is none, or while another image is worked on.
        """
        if not self._lanes.has(Lane.ALONE) or any(map(self._answers, self._in_flight)):
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
            if not (alone or self._lanes.holds(job.image.root)):
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
