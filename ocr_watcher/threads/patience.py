"""Ask a file system that may never answer, and go on without the answer after a while.

A system call on a share whose server is gone ends when the server is back (nfs(5), "hard"), and no
signal ends it before. It is therefore made on a thread that can be left behind.
"""

from __future__ import annotations

import contextlib
import errno
import os
import queue
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

from ocr_watcher.threads.expendable import ExpendableThread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_Value = TypeVar("_Value")

ANSWER_SECONDS = 5.0
"""The longest time for one question; a server that is up answers in a hundredth of it."""
WALK_SECONDS = 10.0
"""The longest time of a walk from one directory or image to the next."""
_MOST_AHEAD = 1000
"""The largest number of items that a walk has found and its caller has not consumed yet."""


_unanswered: dict[str, Future[Any]] = {}
"""The unanswered question of each place; no other question is asked there until it is answered."""


class NoAnswerError(OSError):
    """The file system did not answer in time."""

    def __init__(self) -> None:
        super().__init__(errno.ETIMEDOUT, "it does not answer; see whether its server is up")


class _LeftBehind(BaseException):
    """Nobody waits for a walk any more; a walk must not take it for a fault of its own."""


def answered(work: Callable[[], _Value], of: str = "", seconds: float = ANSWER_SECONDS) -> _Value:
    """Return the result of work that waits for a file system, but wait only for a limited time.

    Args:
        work: Called on a thread of its own.
        of: The place that is asked, such as a folder. Where an earlier question to it has no
            answer yet, the work is not begun.
        seconds: The longest time for the work.

    Raises:
        NoAnswerError: The work did not end in time, and its thread is left behind; or an earlier
            question has no answer yet.
        Exception: Any exception that the work raises.
    """
    _raise_if_unanswered(of)
    future: Future[_Value] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)

    ExpendableThread(run, name="asking").start()
    try:
        return future.result(seconds)
    except TimeoutError:
        if future.done():  # the work itself raised it
            raise
        _leave_behind(of, future)
        raise NoAnswerError from None


def walked(
    walk: Callable[[Callable[[], None]], Iterable[_Value]],
    of: str = "",
    seconds: float = WALK_SECONDS,
) -> Iterator[_Value]:
    """Yield the items that a walk over a file system finds, as long as the walk advances.

    Args:
        walk: Called on a thread of its own; it returns the iterable. Its argument is a function
            that it may call where it advances without finding anything.
        of: The place that is asked, as for `answered`.
        seconds: The longest time from one item to the next.

    Raises:
        NoAnswerError: The walk did not advance in time, and its thread is left behind; or an
            earlier question has no answer yet.
        Exception: Any exception that the walk raises.
    """
    _raise_if_unanswered(of)
    end: Future[None] = Future()
    left = threading.Event()
    found: queue.Queue[tuple[_Value, ...] | BaseException | None] = queue.Queue(_MOST_AHEAD)

    def put(*items: _Value) -> None:
        if left.is_set():
            raise _LeftBehind
        found.put(items)

    def run() -> None:
        try:
            for item in walk(put):
                put(item)
            found.put(None)
        except BaseException as error:
            found.put(error)
        finally:
            end.set_result(None)

    ExpendableThread(run, name="walking").start()
    try:
        while True:
            try:
                item = found.get(timeout=seconds)
            except queue.Empty:
                _leave_behind(of, end)
                raise NoAnswerError from None
            if item is None:
                return
            if isinstance(item, BaseException):
                raise item
            yield from item
    finally:
        left.set()
        _drain(found)  # a walk that waits for room goes on, and ends


def _drain(found: queue.Queue[Any]) -> None:
    with contextlib.suppress(queue.Empty):
        while True:
            found.get_nowait()


def _raise_if_unanswered(place: str) -> None:
    if place in _unanswered and not _unanswered[place].done():
        raise NoAnswerError


def _leave_behind(place: str, question: Future[Any]) -> None:
    if place:
        _unanswered[place] = question


def real_path(path: str) -> str:
    """Return a path with its links resolved.

    Where the file system does not answer, only the text of the path is normalised.

    Args:
        path: An absolute path.
    """
    try:
        return answered(lambda: os.path.realpath(path), of=path)
    except NoAnswerError:
        return os.path.normpath(path)
