"""The way of an image, put together: what feeds what, what starts first and what ends last."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from ocr_watcher.engine.choose import gate_for, guarded
from ocr_watcher.folder import folders_of
from ocr_watcher.ledger.ledger import Paused
from ocr_watcher.service.logs import fields
from ocr_watcher.watch.watcher import Watcher
from ocr_watcher.work.attempt import Attempts
from ocr_watcher.work.outcome import Changed
from ocr_watcher.work.queue import JobQueue
from ocr_watcher.work.recognise import Recogniser
from ocr_watcher.work.worker import WorkerPool

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.engine.pace import Pause
    from ocr_watcher.image import Image
    from ocr_watcher.ledger.ledger import Ledger
    from ocr_watcher.settings.model import Settings
    from ocr_watcher.work.outcome import Outcome

_log = logging.getLogger(__name__)

STOP_SECONDS = 30.0
"""How long the calls in flight are given to come back when the program is asked to stop."""
_WAITING = 10_000
"""How many images are held; the others wait in the folder until there is room."""


class Pipeline:
    """Folder, watcher, queue, workers, gate, engine, sidecar."""

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        ledger: Ledger,
        *,
        on_end: Callable[[Image, Outcome], None] = lambda _image, _outcome: None,
        on_pause: Callable[[Pause], None] = lambda _pause: None,
        patient: bool = True,
    ) -> None:
        """Puts the parts together; nothing is started.

        Args:
            settings: What is watched, and how.
            engine: Makes the calls. The pipeline closes it when it stops.
            ledger: Remembers what must not be done twice.
            on_end: Is told, on a worker's thread, of every try that is not repeated.
            on_pause: Is told, on a worker's thread, that no calls are made.
            patient: Whether an image is waited for however long what keeps it from its text
                is not its own fault. Otherwise it is left after ``retry.attempts`` tries.
        """
        folders = folders_of(settings)
        self._on_end = on_end
        self._on_pause = on_pause
        self._ledger = ledger
        self._gate = gate_for(settings, engine, self._paused)
        self._engine = guarded(settings, engine, self._gate, ledger)
        self._queue = JobQueue(_WAITING)
        self._watcher = Watcher(folders.values(), self._queue, settings, ledger.done_stamp_of)
        recogniser = Recogniser(folders, self._engine, ledger.done_stamp_of)
        self._workers = WorkerPool(
            settings.workers,
            queue=self._queue,
            gate=self._gate,
            attempt=Attempts(recogniser, ledger, settings.retry),
            on_end=self._end,
            most_delays=float("inf") if patient else settings.retry.attempts,
        )
        ledger.paused(engine.description.name, None)

    def start(self) -> None:
        """Starts to watch. The workers come first: what the watcher finds has somewhere to go."""
        self._workers.start()
        self._watcher.start()

    def drain(self) -> None:
        """Works off what lies in the folders, without watching them.

        Raises:
            Stopped: The pipeline was stopped before it was done.
        """
        self._workers.start()
        self._watcher.scan_once()
        while self.waiting:
            self._watcher.join()
            self._queue.join()

    def stop(self) -> bool:
        """Stops in the order in which images come, so that nothing is handed to what has ended.

        Queue and gate are closed first, which ends every wait in the watcher and the workers;
        calls in flight are left to come back. What waits is found again by the next start.

        Returns:
            Whether the calls in flight came back in time.
        """
        deadline = time.monotonic() + STOP_SECONDS
        self._queue.close()
        self._gate.close()
        self._watcher.stop()
        finished = self._workers.join(deadline)
        if finished:
            self._engine.close()
        else:
            _log.warning("calls are given up", extra=fields(after_seconds=STOP_SECONDS))
        return finished

    @property
    def waiting(self) -> int:
        """How many images settle, wait or are being worked on, as far as they are held."""
        return self._watcher.settling + len(self._queue)

    def _paused(self, pause: Pause | None) -> None:
        name = self._engine.description.name
        if pause is None:
            self._ledger.paused(name, None)
            return
        error = pause.error
        remembered = Paused(str(error.code), str(error), error.advice, pause.since, pause.until)
        self._ledger.paused(name, remembered)
        self._on_pause(pause)

    def _end(self, image: Image, outcome: Outcome) -> None:
        if isinstance(outcome, Changed):
            self._watcher.settle_anew(image)
        self._on_end(image, outcome)
