"""Handles signals and gives signs of life during the steps of a start, which may take long.

The models take seconds to load, a large tree takes minutes to watch, and a share may answer slowly.
"""

from __future__ import annotations

import contextlib
import queue
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from ocr_watcher.errors import Stopped
from ocr_watcher.service.signals import ReloadRequest, StopRequest
from ocr_watcher.threads.expendable import ExpendableThread
from ocr_watcher.threads.halt import Halt

if TYPE_CHECKING:
    from collections.abc import Callable
    from queue import SimpleQueue

_Value = TypeVar("_Value")

_SECONDS = 1.0
"""The seconds between two signs. A signal interrupts only a wait that has begun, so a signal just
before a wait is noticed after this time."""
_HALT_SECONDS = 1.5
"""The longest wait for the end of a step that was asked to stop, in seconds."""


@dataclass(frozen=True, slots=True)
class StepEnded:
    """A step of a start has ended."""


class Attendant:
    """The main thread while other threads work on the steps of a start.

    Args:
        inbox: The queue of requests, and of other news that only ends a wait.
        on_stop: Called with a request to stop.
        seconds: The time between two signs of life.
    """

    def __init__(
        self,
        inbox: SimpleQueue[Any],
        on_stop: Callable[[StopRequest], None],
        seconds: float = _SECONDS,
    ) -> None:
        self._inbox = inbox
        self._on_stop = on_stop
        self._seconds = min(seconds, _SECONDS)

    def attend(
        self,
        step: Callable[[Halt], _Value],
        give_sign: Callable[[], None],
        undo: Callable[[_Value], object] | None = None,
    ) -> _Value:
        """Do a step on a thread of its own, and obey a request to stop meanwhile.

        Requests to read the settings again are left in the inbox until the step has ended.

        Args:
            step: The step. It obeys its argument; if it does not, its thread is left behind.
            give_sign: A function that gives a sign of life, or reports the work that does not
                advance; called at once, and then at an interval.
            undo: Called with the result of a step that ended although it was asked to stop; None
                for a step that only waits, whose end is not waited for.

        Returns:
            The result of the step.

        Raises:
            Stopped: There is a request to stop.
            Exception: Any exception that the step raises.
        """
        halt = Halt()
        future = self._begun(lambda: step(halt))
        reload: ReloadRequest | None = None
        while not future.done():
            give_sign()
            match next_request(self._inbox, self._seconds):
                case StopRequest() as request:
                    self._on_stop(request)
                    halt.ask()
                    if undo is not None:
                        _undo(future, undo)
                    raise Stopped
                case ReloadRequest() as request:
                    reload = request
        if reload is not None:
            self._inbox.put(reload)
        return future.result()

    def _begun(self, work: Callable[[], _Value]) -> Future[_Value]:
        future: Future[_Value] = Future()

        def run() -> None:
            try:
                future.set_result(work())
            except BaseException as error:
                future.set_exception(error)
            finally:
                self._inbox.put(StepEnded())

        ExpendableThread(run, name="starting").start()
        return future


def next_request(inbox: SimpleQueue[_Value], seconds: float) -> _Value | None:
    """Return the next item of an inbox; None if none comes for so many seconds."""
    with contextlib.suppress(queue.Empty):
        return inbox.get(timeout=seconds)
    return None


def _undo(future: Future[_Value], undo: Callable[[_Value], object]) -> None:
    if wait([future], _HALT_SECONDS).done and future.exception() is None:
        undo(future.result())
