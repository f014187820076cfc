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
    from ocr_watcher.ledger.ledger import Tried

_QUIET_SECONDS = 3.0
"""Nothing else must have come for so long before an image is taken that goes alone: while the
folders are scanned, those that go before it are still to come."""


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
        tried: The tries before this one, where its time has been waited for.
    """

    image: Image
    tried: Tried | None = None


class JobQueue:
    """Hands each image to one worker at a time.

    An image that is put again while it waits is not taken twice. One that is put while a worker
    has it is handed out once more afterwards: its content may have changed under the worker, and
    a look at its sidecars tells for nothing whether it has.
    """

    def __init__(self, capacity: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Makes an empty queue.

        Args:
            capacity: How many images may wait in each lane, so that a backlog takes no room
                from what comes now; the rest lies safely in the folder, where a scan finds it.
            clock: Seconds of a clock that only goes forward.
        """
        self._capacity = capacity
        self._clock = clock
        self._lock = threading.Lock()
        self._work = threading.Condition(self._lock)  # who waits for a job
        self._progress = threading.Condition(self._lock)  # who waits for room, or for the end
        self._lanes: tuple[deque[Job], ...] = tuple(deque() for _ in Lane)
        self._last: deque[Job] = deque()  # those that go alone
        self._put_at = float("-inf")
        self._retries: list[tuple[float, int, Job]] = []
        self._retried: dict[Image, int] = {}  # which entry of the retries holds
        self._order = itertools.count()
        self._waiting: set[Image] = set()
        self._in_flight: dict[Image, bool] = {}
        self._on_left: Callable[[Image], None] = lambda _: None
        self._goes_alone: Callable[[Image], bool] = lambda _: False
        self._alone: Image | None = None  # which one is worked on, while no other is
        self._closed = False

    def leave_to(self, on_left: Callable[[Image], None]) -> None:
        """Says who is told of an image whose retry finds no room, so that it is found again."""
        self._on_left = on_left

    def isolate(self, goes_alone: Callable[[Image], bool]) -> None:
        """Say which images are taken last, and while no other is worked on."""
        self._goes_alone = goes_alone

    def put(self, image: Image, lane: Lane) -> bool:
        """Adds an image.

        Returns:
            Whether it is in the queue now; False where the queue is full.
        """
        with self._lock:
            return self._put(image, lane)

    def put_when_room(self, image: Image, lane: Lane) -> None:
        """Adds an image, waiting for room.

        Raises:
            Stopped: The queue was closed.
        """
        with self._lock:
            self._raise_if_closed()
            while not self._put(image, lane):
                self._progress.wait()
                self._raise_if_closed()

    def get(self) -> Job:
        """Waits for the next job and takes it; `finish` or `retry` must follow.

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
        """Tells that a job is at its end, for good or ill."""
        with self._lock:
            if self._land(job.image):
                self._enqueue(Job(job.image), Lane.FRESH)
            self._progress.notify_all()

    def retry(self, job: Job, delay: float) -> None:
        """Puts a job back, to be taken again after a delay in seconds.

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
        """Ends every wait, now and later, with `Stopped`."""
        with self._lock:
            self._closed = True
            self._work.notify_all()
            self._progress.notify_all()

    def join(self) -> None:
        """Waits until nothing waits and nothing is in flight.

        Raises:
            Stopped: The queue was closed before.
        """
        with self._lock:
            while self._size():
                self._raise_if_closed()
                self._progress.wait()

    def __contains__(self, image: Image) -> bool:
        """Tells whether an image waits or is in flight."""
        with self._lock:
            held = (self._waiting, self._retried, self._in_flight)
            return any(image in images for images in held)

    def __len__(self) -> int:
        """Tells how many images wait, retries and those in flight included."""
        with self._lock:
            return self._size()

    def _size(self) -> int:
        return len(self._waiting) + len(self._retried) + len(self._in_flight)

    def _put(self, image: Image, lane: Lane) -> bool:
        if image in self._in_flight:
            self._in_flight[image] = True
        elif image in self._retried and lane is Lane.FRESH:
            del self._retried[image]  # its content may be another: that one has waited for nothing
            self._enqueue(Job(image), lane)
        elif image not in self._waiting and image not in self._retried:
            if len(self._lanes[lane]) + len(self._last) >= self._capacity:
                return False
            self._enqueue(Job(image), lane)
        return True

    def _land(self, image: Image) -> bool:
        """Take an image out of those that are worked on; return whether it was put meanwhile."""
        if self._alone == image:
            self._alone = None
            self._work.notify_all()
        elif len(self._in_flight) == 1 and self._last:
            self._work.notify()
        return self._in_flight.pop(image)

    def _enqueue(self, job: Job, lane: Lane) -> None:
        self._put_at = self._clock()
        (self._last if self._goes_alone(job.image) else self._lanes[lane]).append(job)
        self._waiting.add(job.image)
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
        for lane in self._lanes:
            if lane:
                return self._first_of(lane)
        retry = self._due_retry()
        if retry is None and self._until_last() == 0:
            return self._first_of(self._last)
        return retry

    def _until_last(self) -> float | None:
        """Return how long those that go alone must wait; None for those that are worked on."""
        if not self._last or self._in_flight:
            return None
        return max(0.0, self._put_at + _QUIET_SECONDS - self._clock())

    def _first_of(self, jobs: deque[Job]) -> Job:
        job = jobs.popleft()
        self._waiting.discard(job.image)
        return job

    def _due_retry(self) -> Job | None:
        while True:
            self._drop_void_retries()
            if not self._retries or self._retries[0][0] > self._clock():
                return None
            job = heapq.heappop(self._retries)[2]
            del self._retried[job.image]
            if not self._goes_alone(job.image):
                return job
            self._last.append(job)
            self._waiting.add(job.image)

    def _drop_void_retries(self) -> None:
        while self._retries:
            _, order, job = self._retries[0]
            if self._retried.get(job.image) == order:
                return
            heapq.heappop(self._retries)

    def _until_next(self) -> float | None:
        if self._alone is not None:
            return None
        waits = [] if (last := self._until_last()) is None else [last]
        if self._retries:
            waits.append(max(0.0, self._retries[0][0] - self._clock()))
        return min(waits, default=None)

    def _raise_if_closed(self) -> None:
        if self._closed:
            raise Stopped
