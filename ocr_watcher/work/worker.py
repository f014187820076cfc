"""The worker threads: each takes a job, has it tried, and says what becomes of it."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from ocr_watcher.errors import (
    DoubtfulImageError,
    EngineError,
    ImageError,
    OcrWatcherError,
    PausingError,
    Stopped,
)
from ocr_watcher.service.logs import fields
from ocr_watcher.work.outcome import Failed, Outcome, Recognised
from ocr_watcher.work.queue import Job
from ocr_watcher.work.verdict import back_off, is_final

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.engine.gate import Gate
    from ocr_watcher.image import Image
    from ocr_watcher.settings.model import RetrySettings
    from ocr_watcher.work.queue import JobQueue

_log = logging.getLogger(__name__)


class WorkerPool:
    """N threads between the queue and the recogniser. No job's fault ends one of them."""

    def __init__(
        self,
        workers: int,
        *,
        queue: JobQueue,
        gate: Gate,
        recognise: Callable[[Image, int], Outcome],
        retry: RetrySettings,
        on_end: Callable[[Image, Outcome], None],
    ) -> None:
        """Takes its collaborators.

        Args:
            workers: How many threads.
            queue: Where jobs come from.
            gate: Gives a thread its turn.
            recognise: Makes one try at an image, given the number of earlier ones.
            retry: How often and how late a try is repeated.
            on_end: Is told, on the worker's thread, how a try ended that is not repeated.
        """
        self._queue = queue
        self._gate = gate
        self._recognise = recognise
        self._retry = retry
        self._on_end = on_end
        self._threads = [
            # Daemon threads: one that hangs in a call past the deadline must not keep the
            # process, which could then only be killed.
            threading.Thread(target=self._run, name=f"worker-{number}", daemon=True)
            for number in range(1, workers + 1)
        ]

    def start(self) -> None:
        """Starts the threads."""
        for thread in self._threads:
            thread.start()

    def join(self, deadline: float) -> bool:
        """Waits for the threads, which end once queue and gate are closed.

        Args:
            deadline: By `time.monotonic`.

        Returns:
            Whether all have ended by then.
        """
        for thread in self._threads:
            if thread.is_alive():  # asked to stop at once, some have not been started
                thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _run(self) -> None:
        while True:
            try:
                self.step()
            except Stopped:
                return
            except Exception:
                _log.exception("a fault of this program")

    def step(self) -> None:
        """Does one job.

        Raises:
            Stopped: Queue or gate were closed.
        """
        job = self._queue.get()
        try:
            with self._gate.turn():
                started = time.monotonic()
                outcome = self._recognise(job.image, job.tries)
        except OcrWatcherError as error:
            self._after_fault(job, error)
        except Stopped:
            raise
        except Exception:
            _log.exception("a fault of this program", extra=fields(image=job.image))
            self._after_fault(job, DoubtfulImageError("internal", "a fault of this program"))
        else:
            self._end(job, outcome, time.monotonic() - started)

    def _end(self, job: Job, outcome: Outcome, seconds: float) -> None:
        if isinstance(outcome, Recognised):
            _log.info(
                "recognised",
                extra=fields(
                    image=job.image,
                    pages=outcome.pages,
                    lines=outcome.lines,
                    milliseconds=round(seconds * 1000),
                ),
            )
        elif isinstance(outcome, Failed):
            _tell_failure(job.image, outcome.error)
        try:
            self._on_end(job.image, outcome)
        finally:
            self._queue.finish(job)

    def _after_fault(self, job: Job, error: OcrWatcherError) -> None:
        if isinstance(error, PausingError):
            self._queue.retry(job, 0.0)  # the gate holds whoever takes it
        elif not isinstance(error, ImageError):
            self._again(job, error, Job(job.image, job.tries, job.delays + 1), job.delays)
        elif is_final(error, job.tries + 1, self._retry.attempts):
            self._end(job, Failed(error, job.tries + 1), 0.0)
        else:
            self._again(job, error, Job(job.image, job.tries + 1, job.delays), job.tries)

    def _again(self, job: Job, error: OcrWatcherError, then: Job, earlier: int) -> None:
        delay = back_off(earlier, self._retry)
        _log.warning(
            "tried again later: %s",
            error,
            extra=fields(image=job.image, seconds=round(delay, 1), **_code(error)),
        )
        self._queue.retry(then, delay)


def _tell_failure(image: Image, error: ImageError) -> None:
    _log.warning(
        "failed: %s",
        error,
        extra=fields(image=image, **_code(error), advice=error.advice),
    )


def _code(error: OcrWatcherError) -> dict[str, object]:
    return {"code": error.code} if isinstance(error, EngineError) else {}
