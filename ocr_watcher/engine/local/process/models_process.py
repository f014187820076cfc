"""The daemon's side of one process of the models: starts it, gives it pages, learns of its end."""

from __future__ import annotations

import contextlib
import logging
import signal
import threading
import time
from typing import TYPE_CHECKING

from ocr_watcher.engine.local.process.crash_policy import (
    IDLE_STATUS,
    ProcessEnd,
    ProcessEnded,
    cause_of_end,
    end_of,
    not_started,
    start_error,
)
from ocr_watcher.engine.local.process.messages import (
    ERRORS,
    MOST_FACTS,
    loading_told,
    reading_from,
    ready_from,
)
from ocr_watcher.errors import DoubtfulImageError, OcrWatcherError
from ocr_watcher.logs.fields import fields
from ocr_watcher.processes.child import ChildProcess
from ocr_watcher.processes.errors import ProcessFault
from ocr_watcher.processes.oom_kills import oom_kills
from ocr_watcher.processes.wire import NONSENSE, Message, receive, send

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

    from ocr_watcher.engine.local.process.messages import Loading, Ready
    from ocr_watcher.values.page import Page
    from ocr_watcher.values.reading import Reading

_log = logging.getLogger(__name__)

_WORKER = "ocr_watcher.engine.local.process.worker"

_START_SECONDS = 300.0
"""The longest time for loading the models: enough for a slow machine whose processors are busy."""

_EXIT_SECONDS = 10.0
"""The longest time from the end of a connection to the end of the process. The exit status of the
process gives the cause."""


class ModelsProcess:
    """A process with the models, and a connection to it for each page that it reads at once.

    A thread waits for its end, so that the process is never left as a zombie, and its end is logged
    when it happens. Nothing else runs in the daemon while the process has no work.

    Args:
        loading: The settings with which the models are loaded.
        lanes: The most pages that are read at once.

    Raises:
        TransientError: The machine refuses one more process or thread, or runs out of descriptors.
    """

    def __init__(self, loading: Loading, lanes: int) -> None:
        self._loading = loading
        self._lock = threading.Lock()
        self._within = 0
        self._is_ready = False
        self._is_given_up = False
        self._has_ended = threading.Event()
        self._status = 0
        self._memory_ran_out = False
        self._oom_kills_before = oom_kills()
        try:
            self._child = ChildProcess(_WORKER, lanes)
        except OSError as error:
            raise not_started(error.strerror or type(error).__name__) from error
        self._free = list(self._child.channels)
        self._watch = threading.Thread(target=self._await_end, name="local models", daemon=True)
        try:
            self._watch.start()
        except RuntimeError as error:
            self._child.end()
            raise not_started("no more threads") from error

    @property
    def is_usable(self) -> bool:
        """Whether it is ready and has not ended."""
        return self._is_ready and not (self._is_given_up or self._has_ended.is_set())

    def become_ready(self) -> Ready:
        """Load the models and let them read a drawn word.

        Raises:
            EngineMissingError: The models cannot be loaded.
            PausingError: They do not read the drawn word.
            StartCrashedError: The process crashed while it loaded the models.
            StartKilledError: It was killed meanwhile.
            TransientError: The process did not start, or there is not enough memory now.
        """
        began, channel = time.monotonic(), self._child.channels[0]
        deadline = began + _START_SECONDS
        try:
            send(channel, loading_told(self._loading), deadline)
            answer = receive(channel, deadline)
            if "error" in answer.facts:
                ERRORS.raise_told(answer.facts["error"])
            ready = ready_from(answer)
        except TimeoutError:
            self.end()
            raise not_started(f"not within {_START_SECONDS:g} seconds") from None
        except (EOFError, OSError):
            cause = self._end(had_page=True).cause
            raise not_started(cause, start_error(self._status)) from None
        except NONSENSE:
            self.end()
            raise not_started("talks nonsense") from None
        except BaseException:
            self.end()
            raise
        self._is_ready = True
        self._log_start(ready, time.monotonic() - began)
        return ready

    def read(self, page: Page, seconds: float) -> Reading:
        """Read a page.

        Args:
            page: The page.
            seconds: The longest time; after that the process is ended.

        Raises:
            ProcessEnded: The process ended before the page was read.
            OcrWatcherError: The process tells why the page was not read.
            DoubtfulImageError: It takes too long (``too-slow``).
            ProcessFault: There is a fault in this program.
        """
        with self._lane() as channel:
            try:
                return self._answer(channel, page, time.monotonic() + seconds)
            except TimeoutError:
                self.give_up()
                raise DoubtfulImageError(
                    "too-slow",
                    f"the page was not read within {seconds:g} seconds",
                    advice="scan it at a lower resolution, or see what else the machine does",
                ) from None
            except NONSENSE:
                self.give_up()
                raise ProcessEnded(ProcessEnd("talks nonsense", blames_page=True)) from None
            except (OcrWatcherError, ProcessFault, ProcessEnded):
                raise  # a complete answer, or the end
            except BaseException:
                self.give_up()  # the rest of its answer would be taken for the next one
                raise

    def give_up(self) -> None:
        """End the process, and blame no page in it for the end. Any thread may call this."""
        with self._lock:
            self._is_given_up = True
        self._child.kill()

    def end(self) -> None:
        """End the process and wait until it is gone."""
        self.give_up()
        self._watch.join()

    def _answer(self, channel: socket.socket, page: Page, deadline: float) -> Reading:
        try:
            send(channel, Message({}, page.data), deadline)
        except TimeoutError:
            raise
        except OSError:
            raise ProcessEnded(self._end(had_page=False)) from None
        try:
            answer = receive(channel, deadline, most_facts=MOST_FACTS, most_bytes=MOST_FACTS)
        except TimeoutError:
            raise
        except (EOFError, OSError):
            raise ProcessEnded(self._end(had_page=True)) from None
        return reading_from(answer, (page.width, page.height))

    @contextlib.contextmanager
    def _lane(self) -> Iterator[socket.socket]:
        with self._lock:
            if self._has_ended.is_set() or not self._free:
                raise ProcessEnded(ProcessEnd("had ended", blames_page=False))
            channel = self._free.pop()
            self._within += 1
        try:
            yield channel
        finally:
            with self._lock:
                self._free.append(channel)
                self._within -= 1
            self._close_when_left()

    def _end(self, *, had_page: bool) -> ProcessEnd:
        """Return the end of the process, after it has closed a connection."""
        if not self._has_ended.wait(_EXIT_SECONDS):
            self.end()
            return ProcessEnd("closed its connection", blames_page=had_page)
        return end_of(
            self._status,
            was_given_up=self._is_given_up,
            had_page=had_page,
            memory_ran_out=self._memory_ran_out,
        )

    def _await_end(self) -> None:
        self._status = self._child.until_ended()
        if self._status == -signal.SIGKILL and not self._is_given_up:
            self._memory_ran_out = oom_kills() > self._oom_kills_before
        self._has_ended.set()
        self._close_when_left()
        self._log_end()

    def _close_when_left(self) -> None:
        """Close the connections when the process has ended and no thread uses one of them."""
        with self._lock:
            if self._has_ended.is_set() and not self._within:
                self._child.end()

    def _log_start(self, ready: Ready, seconds: float) -> None:
        _log.info(
            "the local models are loaded",
            extra=fields(
                models=ready.names,
                backend=ready.backend,
                **({"passed_over": ready.passed_over} if ready.passed_over else {}),
                threads=ready.threads,
                seconds=round(seconds, 2),
                process=self._child.pid,
            ),
        )

    def _log_end(self) -> None:
        if self._is_given_up or not self._is_ready:
            return  # the error of the page or of the start tells it, or the program stops
        process = fields(process=self._child.pid)
        if self._status == IDLE_STATUS:
            _log.info("the local models had no work and free their memory", extra=process)
        else:
            cause = cause_of_end(self._status, memory_ran_out=self._memory_ran_out)
            _log.warning("the process of the local models %s", cause, extra=process)
