"""Asks a file system that may never answer, and goes on without it.

A system call on a share whose server is gone ends when the server is back (nfs(5), "hard"), and no
signal ends it before. So it is made on a thread that can be left behind.
"""

from __future__ import annotations

import errno
import os
import queue
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

from ocr_watcher.threads.expendable import ExpendableThread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_Value = TypeVar("_Value")

ANSWER_SECONDS = 5.0
"""How long one question may take; a server that is up answers in a hundredth of it."""
WALK_SECONDS = 10.0
"""How long a walk may take from one directory or image to the next."""
_MOST_AHEAD = 1000
"""How many items a walk may be ahead of whoever takes them."""


_unanswered: dict[str, Future[Any]] = {}
"""The question to each place that was left behind: until it is answered, no other is asked."""


class NoAnswerError(OSError):
    """The file system did not answer in time."""

    def __init__(self) -> None:
        super().__init__(errno.ETIMEDOUT, "it does not answer; see whether its server is up")


def answered(work: Callable[[], _Value], of: str = "", seconds: float = ANSWER_SECONDS) -> _Value:
    """Do some work that waits for a file system, but no longer than that.

    Args:
        work: What is done.
        of: The place that is asked, such as a folder. Where an earlier question to it has no
            answer yet, none is waited for.
        seconds: How long it may take.

    Raises:
        NoAnswerError: It did not end in time; its thread is left behind.
        Exception: Whatever the work raises.
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
        if future.done():  # it is what the work raised
            raise
        _leave_behind(of, future)
        raise NoAnswerError from None


def walked(
    walk: Callable[[Callable[[], None]], Iterable[_Value]],
    of: str = "",
    seconds: float = WALK_SECONDS,
) -> Iterator[_Value]:
    """Yield what a walk over a file system finds, as long as the walk advances.

    Args:
        walk: Makes the iterable. It is given a function that it may call where it advances
            without finding anything.
        of: As for `answered`.
        seconds: How long it may take from one to the next.

    Raises:
        NoAnswerError: It did not advance in time; its thread is left behind.
        Exception: Whatever the walk raises.
    """
    _raise_if_unanswered(of)
    end: Future[None] = Future()
    found: queue.Queue[tuple[_Value, ...] | BaseException | None] = queue.Queue(_MOST_AHEAD)

    def run() -> None:
        try:
            for item in walk(lambda: found.put(())):
                found.put((item,))
            found.put(None)
        except BaseException as error:
            found.put(error)
        finally:
            end.set_result(None)

    ExpendableThread(run, name="walking").start()
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


def _raise_if_unanswered(place: str) -> None:
    if place in _unanswered and not _unanswered[place].done():
        raise NoAnswerError


def _leave_behind(place: str, question: Future[Any]) -> None:
    if place:
        _unanswered[place] = question


def real_path(path: str) -> str:
    """Resolve the links of a path; where its file system does not answer, as far as the text goes.

    Args:
        path: An absolute path.
    """
    try:
        return answered(lambda: os.path.realpath(path), of=path)
    except NoAnswerError:
        return os.path.normpath(path)
