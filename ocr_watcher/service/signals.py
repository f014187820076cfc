"""Signals as data: a request to stop is an item in a queue."""

from __future__ import annotations

import contextlib
import os
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType


@dataclass(frozen=True, slots=True)
class StopRequest:
    """Somebody asked the program to stop.

    Attributes:
        signal: By which signal.
    """

    signal: signal.Signals


@dataclass(frozen=True, slots=True)
class ReloadRequest:
    """Somebody asked the program to read its settings again."""


@contextlib.contextmanager
def reload_requests(put: Callable[[ReloadRequest], None]) -> Iterator[None]:
    """Hand on each SIGHUP; only the main thread may do so.

    Args:
        put: As for `stop_requests`.
    """
    before = signal.signal(signal.SIGHUP, lambda _number, _frame: put(ReloadRequest()))
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)


@contextlib.contextmanager
def interrupt_at_once() -> Iterator[None]:
    """Let SIGINT end the process in the kernel, for a command that leaves nothing half done.

    A `KeyboardInterrupt` is raised wherever the main thread happens to be. Libraries take it for
    a fault of their own, and native code delays it. Where SIGINT is ignored, as in a background job
    of a shell (POSIX, "Signals and Error Handling"), it stays so. Only the main thread may do so.
    """
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def stop_requests(put: Callable[[StopRequest], None]) -> Iterator[None]:
    """Hand on the first SIGTERM or SIGINT; the second ends the process at once.

    Only the main thread may do so (`signal.signal`).

    Args:
        put: Receives the request. It is called from a signal handler, whatever the interrupted
            code was doing: `queue.SimpleQueue.put` may be.
    """
    asked = False

    def handle(number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            os._exit(128 + number)
        asked = True
        put(StopRequest(signal.Signals(number)))

    before = {number: signal.signal(number, handle) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
