"""Signals as data: requests to stop or to reload, which a queue can hold."""

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
    """A request to stop the program.

    Attributes:
        signal: The signal that was received.
    """

    signal: signal.Signals


@dataclass(frozen=True, slots=True)
class ReloadRequest:
    """A request to read the settings again."""


@contextlib.contextmanager
def reload_requests(put: Callable[[ReloadRequest], None]) -> Iterator[None]:
    """Turn each SIGHUP into a request; call this on the main thread.

    Args:
        put: A function that receives the requests, as for `stop_requests`.
    """
    before = signal.signal(signal.SIGHUP, lambda _number, _frame: put(ReloadRequest()))
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)


@contextlib.contextmanager
def interrupt_at_once() -> Iterator[None]:
    """Restore the kernel's default action for SIGINT, for a command that leaves nothing unfinished.

    A `KeyboardInterrupt` is raised wherever the main thread happens to be. Libraries treat it as
    a fault of their own, and native code delays it. Where SIGINT is ignored, as in a background job
    of a shell (POSIX, "Signals and Error Handling"), it stays ignored. Call this on the main
    thread.
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
    """Turn the first SIGTERM or SIGINT into a request; the second ends the process at once.

    Call this on the main thread (`signal.signal`).

    Args:
        put: A function that receives the request. It is called from a signal handler and must be
            reentrant, as `queue.SimpleQueue.put` is.
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
