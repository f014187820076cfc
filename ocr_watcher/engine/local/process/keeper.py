"""Keeps the process of the models, and starts another one where it is needed."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ocr_watcher.engine.local.backends.registry import candidates
from ocr_watcher.engine.local.process.crash_policy import StartCrashedError, StartKilledError
from ocr_watcher.engine.local.process.models_process import ModelsProcess
from ocr_watcher.errors import OcrWatcherError, PausingError, Stopped

if TYPE_CHECKING:
    from ocr_watcher.engine.local.process.messages import Loading, Ready
    from ocr_watcher.threads.heartbeat import Heartbeats


@dataclass(frozen=True, slots=True)
class Loaded:
    """The process that one keeper leaves to another.

    Attributes:
        process: The process; None if there was none yet.
        ready: The facts about the loaded models; None if they have to be loaded to learn them.
        loading: The settings with which they were loaded, with the backends that crashed.
    """

    process: ModelsProcess | None
    ready: Ready | None
    loading: Loading


class ModelsKeeper:
    """The keeper of the process: it starts one when it is needed and there is none.

    Args:
        loading: The settings with which the models are loaded.
        lanes: The most pages that are read at once.
        heartbeats: The heartbeats of the threads; a thread's rests while the models are loaded.
    """

    def __init__(self, loading: Loading, lanes: int, heartbeats: Heartbeats) -> None:
        self._loading = loading
        self._lanes = lanes
        self._heartbeats = heartbeats
        self._starting = threading.Lock()
        self._lock = threading.Lock()
        self._process: ModelsProcess | None = None
        self._ready: Ready | None = None
        self._has_changed = False
        self._is_closed = False

    def ready(self) -> Ready:
        """Return the facts about the loaded models; load them first if they never were.

        Raises:
            EngineMissingError: The models cannot be loaded.
            PausingError: They do not read the drawn word.
            TransientError: The process did not start.
            Stopped: The keeper is closed.
        """
        if self._ready is None:
            self.process()
        assert self._ready is not None  # noqa: S101  a process is ready
        return self._ready

    def process(self) -> ModelsProcess:
        """Return the process, ready to read; start one first if there is none.

        Raises:
            EngineMissingError: The models cannot be loaded.
            PausingError: They do not read the drawn word, or are not those of the first process.
            TransientError: The process did not start.
            Stopped: The keeper is closed.
        """
        with self._heartbeats.resting(), self._starting:
            if self._is_closed:
                raise Stopped
            if self._process is None or not self._process.is_usable:
                self._start()
            assert self._process is not None  # noqa: S101  for mypy
            return self._process

    def take_over(self, loaded: Loaded) -> None:
        """Use the process that another keeper has left; this one has started none yet."""
        with self._lock:
            self._process, self._ready = loaded.process, loaded.ready
            self._loading = loaded.loading

    def release(self) -> Loaded:
        """Leave the process to another keeper; no page uses it any more.

        If the models are not those of the first process, the other keeper loads and names them
        again.
        """
        with self._lock:
            self._is_closed = True
            process, self._process = self._process, None
            ready = None if self._has_changed else self._ready
            return Loaded(process, ready, self._loading)

    def close(self) -> None:
        """End the process, and start no other; a thread that waits for a start gets `Stopped`."""
        with self._lock:
            self._is_closed = True
            process = self._process
        if process is not None:
            process.end()

    def _start(self) -> None:
        ready = self._with_a_backend_that_loads()
        if self._ready is not None and ready.names != self._ready.names:
            self._end()
            self._has_changed = True
            raise PausingError(
                "engine-changed",
                f"the local models are {ready.names} now, and were {self._ready.names}",
                advice="start the program anew, so that it names the models that it reads with",
            )
        self._ready = ready

    def _with_a_backend_that_loads(self) -> Ready:
        """Start a process; if its backend crashes it, start another with the next backend.

        A runtime may crash on a processor or a system that its makers do not know. A process that
        is killed is started once more, because the program ends if its first process does not
        start.
        """
        was_killed = False
        while True:
            try:
                return self._started()
            except StartKilledError:
                if was_killed:
                    raise
                was_killed = True
            except StartCrashedError:
                following = without_the_first(self._loading)
                if following is None:
                    raise
                self._loading = following

    def _started(self) -> Ready:
        process = ModelsProcess(self._loading, self._lanes)
        with self._lock:
            self._process = process  # from now on `close` ends it
            is_closed = self._is_closed
        if is_closed:
            process.end()
            raise Stopped
        try:
            return process.become_ready()
        except OcrWatcherError:
            if self._is_closed:
                raise Stopped from None
            raise

    def _end(self) -> None:
        if self._process is not None:
            self._process.end()


def without_the_first(loading: Loading) -> Loading | None:
    """Return the settings for loading the models without the backend that is tried first.

    Returns:
        The settings with that backend among the crashed ones; None if there is no other backend.
    """
    backends = candidates(loading.backend, crashed=loading.crashed)
    if len(backends) < 2:  # noqa: PLR2004  the one that is tried first, and another
        return None
    return replace(loading, crashed=(*loading.crashed, backends[0].name))
