"""The engine that reads pages with the models on this machine, in a process of their own."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from ocr_watcher.engine.local.limits import LIMITS, LONGEST_SIDE
from ocr_watcher.engine.local.process.crash_policy import ProcessEnded, Tries
from ocr_watcher.engine.local.process.keeper import ModelsKeeper
from ocr_watcher.engine.local.process.messages import Loading
from ocr_watcher.engine.local.process.turns import Turns
from ocr_watcher.errors import Stopped
from ocr_watcher.threads.heartbeat import Heartbeats
from ocr_watcher.values.reading import EngineIdentity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ocr_watcher.values.page import Limits, Page
    from ocr_watcher.values.reading import Reading

_IDLE_SECONDS = 300.0
"""The time without work after which the process of the models ends and frees their memory. To load
them again takes a second or two."""


class LocalEngine:
    """The engine that reads pages with the models on this machine.

    The models are in a process of their own, which has no keys. A page that crashes it or takes all
    memory therefore harms no other page and not the daemon, and the memory comes back when there is
    no work. The process is started for the first page, and again after its end. Its models must
    read a drawn word before it counts as started. A fault of the installation is therefore never
    taken for a fault of a scan.

    Args:
        threads: The threads that read, over all pages at once; by default the number of processors
            that this process may use.
        heartbeats: The heartbeats of the threads; a thread's rests while it waits for its turn.
        further: The files of further recognition models, for lines that the shipped model is not
            sure of.
        backend: The name of the backend that runs the models, or ``auto`` for the fastest that is
            installed and works here.
        device: The device that it uses: ``cpu``, ``gpu``, or a name of the backend's own.
        lanes: The most pages that are read at once.
        idle_seconds: The time without work after which the process ends.
        page_seconds: The longest time for a page.
    """

    def __init__(
        self,
        *,
        threads: int | None = None,
        heartbeats: Heartbeats | None = None,
        further: Sequence[Path] = (),
        backend: str = "auto",
        device: str = "cpu",
        lanes: int = 1,
        idle_seconds: float = _IDLE_SECONDS,
        page_seconds: float = 600.0,
    ) -> None:
        heartbeats = heartbeats or Heartbeats()
        threads = threads or len(os.sched_getaffinity(0))
        paths = tuple(path.absolute() for path in further)
        loading = Loading(threads, LONGEST_SIDE, paths, idle_seconds, backend, device)
        self._models = loading, tuple(map(_content_of, paths))
        self._page_seconds = page_seconds
        self._turns = Turns(lanes, heartbeats)
        self._keeper = ModelsKeeper(loading, lanes, heartbeats)

    @cached_property
    def identity(self) -> EngineIdentity:
        """The names of the models that find and read the lines; asking for them loads the models.

        Raises:
            EngineMissingError: The extra is not installed, or incomplete.
            PausingError: The models do not read the drawn word.
            TransientError: There is not enough memory now, or the process did not start.
        """
        return EngineIdentity("local", self._keeper.ready().names)

    @property
    def limits(self) -> Limits:
        """The limits of a page: a bitmap whose longer side has at most `PAGE_SIDE` pixels."""
        return LIMITS

    def recognise(self, page: Page) -> Reading:
        """Read one page; calls from several threads take turns.

        A page whose process ends meanwhile is read again at once, as `crash_policy` decides.

        Raises:
            EngineMissingError: The extra is not installed, or incomplete.
            ImageError: The page cannot be decoded, or the models fail on it (``engine-failed``).
            DoubtfulImageError: The page ends the process (``engine-crashed``), or takes too long.
            TransientError: There is not enough memory now, or the process did not start.
            DoubtfulServiceError: The kernel ends the process, as memory runs out.
            Stopped: The engine was closed.
        """
        tries = Tries()
        while True:
            try:
                with self._turns.turn(alone=tries.alone):
                    return self._keeper.process().read(page, self._page_seconds)
            except ProcessEnded as ended:
                end = ended.end
            if self._turns.is_over:
                raise Stopped  # the end is that of the engine
            tries = tries.after(end)

    def self_test(self) -> str:
        """Load the models and let them read a drawn word.

        Raises:
            EngineMissingError: The extra is not installed, or incomplete.
            PausingError: The models do not read the drawn word.
            TransientError: There is not enough memory now, or the process did not start.
        """
        ready = self._keeper.ready()
        why = f"; not {ready.passed_over}" if ready.passed_over else ""
        return f"{ready.names} read a drawn word ({ready.backend}, threads: {ready.threads}{why})"

    def is_loaded_by(self, other: LocalEngine) -> bool:
        """Return whether another engine loads the same models in the same way."""
        return self._models == other._models

    def take_over(self, other: LocalEngine) -> None:
        """Go on with the process of another engine of the same models, which reads no page now."""
        self._keeper.take_over(other._keeper.release())

    def close(self) -> None:
        """End the process; pages that are being read are given up."""
        self._turns.close()
        self._keeper.close()


def _content_of(file: Path) -> tuple[int, int, int] | None:
    """Return what changes with the content of a file; None if there is none."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns
