"""The worker threads: each takes a job, makes an attempt, and decides what follows from its end."""

from __future__ import annotations

import itertools
import logging
import threading
import time
from functools import partial
from typing import TYPE_CHECKING

from ocr_watcher.errors import NotItsTurn, PausingError, Stopped
from ocr_watcher.events.model import AttemptEnded, RetryPutOff
from ocr_watcher.logs.fields import fields
from ocr_watcher.settings.model import MOST_WORKERS
from ocr_watcher.threads.expendable import ExpendableThread
from ocr_watcher.threads.heartbeat import Heartbeats
from ocr_watcher.values.outcome import Again
from ocr_watcher.work.queue import Job

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.engine.breaker import Breaker
    from ocr_watcher.engine.permit import Permit
    from ocr_watcher.events.bus import EventBus
    from ocr_watcher.values.image import Image
    from ocr_watcher.values.outcome import Outcome
    from ocr_watcher.values.tried import Tried
    from ocr_watcher.work.queue import JobQueue

    Require = Callable[[str], None]

_log = logging.getLogger(__name__)


class WorkerPool:
    """The threads between the queue and the recogniser. No job's fault ends one of them."""

    def __init__(
        self,
        workers: int,
        *,
        queue: JobQueue,
        breaker_of: Callable[[str], Breaker],
        attempt: Callable[[Image, Tried | None, Permit], Outcome],
        bus: EventBus,
        heartbeats: Heartbeats | None = None,
        most_delays: float = float("inf"),
        require: Require = lambda _root: None,
    ) -> None:
        """Create the pool; no thread is started.

        Args:
            workers: The number of threads.
            queue: The queue that jobs come from.
            breaker_of: A function that returns the circuit breaker for a folder.
            attempt: A function that makes one try at an image, given the earlier ones and the
                permit for its calls.
            bus: The bus for the end of each attempt. The event comes before the image is put back
                or dropped.
            heartbeats: The heartbeats of the threads.
            most_delays: The most retries after faults that are not the image's.
            require: A function that raises `ClaimError` if another program works on a folder.
        """
        self._queue = queue
        self._breaker_of = breaker_of
        self._attempt = attempt
        self._bus = bus
        self._heartbeats = heartbeats or Heartbeats()
        self._most_delays = most_delays
        self._require = require
        self._workers = workers
        self._started = False
        self._numbers = itertools.count(1)
        self._changed = threading.Condition()
        # Each thread, and the function that releases its last permit (idempotent).
        self._running: dict[threading.Thread, Callable[[], None] | None] = {}

    def start(self) -> None:
        """Start the threads."""
        with self._changed:
            self._started = True
            self._start_missing()

    def resize(self, workers: int) -> None:
        """Change the number of threads; those that are too many end after their next image.

        Args:
            workers: The number of threads; at least one stays.
        """
        with self._changed:
            self._workers = min(max(workers, 1), MOST_WORKERS)
            if self._started:
                self._start_missing()

    def works(self) -> bool:
        """Return whether every thread is alive."""
        with self._changed:
            return len(self._running) >= self._workers

    def replace(self, thread: int) -> None:
        """Start another thread in the place of one that may never come back.

        Its permit is given back. If it was the probe, the next attempt is the probe.

        Args:
            thread: The identifier of a thread; threads of other pools are ignored.
        """
        with self._changed:
            stuck = next((each for each in self._running if each.ident == thread), None)
            if stuck is None:
                return
            release = self._running.pop(stuck)
            self._start_one()
            self._changed.notify_all()
        if release is not None:
            release()

    def join(self, deadline: float) -> bool:
        """Wait for the threads, which end once the queue is closed and the breaker is stopped.

        Args:
            deadline: The latest time, by `time.monotonic`.

        Returns:
            Whether all have ended by then, except those that were replaced.
        """
        with self._changed:
            seconds = max(0.0, deadline - time.monotonic())
            return self._changed.wait_for(lambda: not self._running, seconds)

    def _start_missing(self) -> None:
        for _ in range(self._workers - len(self._running)):
            self._start_one()

    def _start_one(self) -> None:
        # A thread that hangs in a call after the deadline must not keep the process alive.
        thread = ExpendableThread(self._run, name=f"worker-{next(self._numbers)}")
        self._running[thread] = None
        thread.start()

    def _run(self) -> None:
        try:
            while self._is_wanted():
                self._step_safely()
        except Stopped:
            return
        finally:
            with self._changed:
                self._running.pop(threading.current_thread(), None)
                self._changed.notify_all()

    def _is_wanted(self) -> bool:
        with self._changed:
            if len(self._running) > self._workers:
                self._running.pop(threading.current_thread(), None)
            return threading.current_thread() in self._running

    def _step_safely(self) -> None:
        try:
            self.step()
        except Stopped:
            raise
        except Exception:
            _log.exception("a fault of this program")

    def step(self) -> None:
        """Do one job.

        Raises:
            Stopped: The program was asked to stop.
        """
        job = self._queue.get()
        # Every step of a job may block on the folder's file system. Reading pages does not; it
        # marks itself as resting.
        with self._heartbeats.working(str(job.image), job.image.root):
            self._work_on(job)

    def _work_on(self, job: Job) -> None:
        try:
            watch = _Stopwatch(self._heartbeats)
            breaker = self._breaker_of(job.image.root)
            with breaker.permit(partial(self._require, job.image.root)) as permit:
                self._note(partial(breaker.release, permit))
                outcome = self._attempt(job.image, job.tried, permit)
            worked, waited = watch.read()
        except (PausingError, NotItsTurn):
            self._queue.retry(job, 0.0)  # the breaker, or a hold, keeps it from being tried soon
        except Stopped:
            raise
        except Exception:
            _log.exception("a fault of this program", extra=fields(image=job.image))
            self._queue.finish(job)
        else:
            repeated = self._is_repeated(outcome)
            self._bus.publish(AttemptEnded(job.image, outcome, repeated, worked, waited))
            self._hand_on(job, outcome, repeated=repeated)

    def _note(self, release: Callable[[], None]) -> None:
        with self._changed:
            if threading.current_thread() in self._running:
                self._running[threading.current_thread()] = release

    def _is_repeated(self, outcome: Outcome) -> bool:
        return isinstance(outcome, Again) and outcome.tried.delays < self._most_delays

    def _hand_on(self, job: Job, outcome: Outcome, *, repeated: bool) -> None:
        if repeated and isinstance(outcome, Again):
            self._bus.publish(RetryPutOff(job.image, outcome.tried.code, outcome.delay))
            self._queue.retry(Job(job.image, outcome.tried), outcome.delay)
        else:
            self._queue.finish(job)


class _Stopwatch:
    """Measures a try on the calling thread, with separate times for work and rests."""

    def __init__(self, heartbeats: Heartbeats) -> None:
        self._heartbeats = heartbeats
        self._started = time.monotonic()
        self._rested = heartbeats.rested()

    def read(self) -> tuple[float, float]:
        """Return the seconds of work and the seconds of rests."""
        waited = self._heartbeats.rested() - self._rested
        return max(0.0, time.monotonic() - self._started - waited), waited
