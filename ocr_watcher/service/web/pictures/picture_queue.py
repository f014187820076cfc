"""A thread of low priority that does one piece of work after the other."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from ocr_watcher.errors import Stopped
from ocr_watcher.service.web.pictures.time_share import TimeShare
from ocr_watcher.threads.expendable import ExpendableThread
from ocr_watcher.threads.urgency import make_less_urgent

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

_Value = TypeVar("_Value")

_MOST_WAITING = 16
"""The most pieces of work that wait. A list of hits requests one cut-out for each hit, and a
browser requests six at once (RFC 9112, 9.4; Chromium's ``kMaxSocketsPerGroup``)."""

_IDLE_SECONDS = 30.0
"""The seconds without work after which the thread ends and frees its resources. A person who looks
at one image after the other pauses for less."""

_NICER_BY = 10
"""The niceness above that of the daemon. A process that is nicer by ten gets a tenth of the
processor time of another one (sched(7))."""

_MOST_AT_ONCE, _SHARE = 60.0, 0.2
"""The seconds of work that are done without a pause, and the share of the time for work after them.
People who look at images never reach this limit. A client that requests pictures without end gets a
fiftieth of one processor, because of the priority and this share, so it does not disturb the
recognition."""

_OWN_TIMES = 10
"""The seconds of work for which a processor second of the thread itself counts, for example to find
the rows of a page. The thread gives way to no other thread of the program, as CPython's interpreter
lock has no priorities. Work in the sandbox has a process of low priority."""


class BusyError(Exception):
    """Too much work waits already."""


@dataclass(eq=False, slots=True)
class _Job:
    """A piece of work, and the coroutines that wait for it."""

    work: Callable[[], Any]
    askers: set[asyncio.Future[Any]] = field(default_factory=set)


class PictureQueue:
    """Does the work of coroutines on one thread, which exists only while there is work.

    Equal work that is requested several times is done once. Work that nobody waits for any more is
    not begun. Work that was begun is always finished, so it must be bounded itself.
    """

    def __init__(
        self,
        on_idle: Callable[[], None],
        *,
        most_waiting: int = _MOST_WAITING,
        idle_seconds: float = _IDLE_SECONDS,
        time_share: TimeShare | None = None,
    ) -> None:
        """Create it; there is no thread before there is work.

        Args:
            on_idle: Called on the thread before it ends.
            most_waiting: The most pieces of work that wait.
            idle_seconds: The seconds for which the thread waits for further work.
            time_share: The share of the time for work.
        """
        self._on_idle = on_idle
        self._most_waiting = most_waiting
        self._idle_seconds = idle_seconds
        self._time_share = time_share or TimeShare(_MOST_AT_ONCE, _SHARE)
        self._changed = threading.Condition()
        self._waiting: OrderedDict[Hashable, _Job] = OrderedDict()
        self._begun: dict[Hashable, _Job] = {}
        self._thread: ExpendableThread | None = None
        self._closed = False

    async def do(self, key: Hashable, work: Callable[[], _Value]) -> _Value:
        """Do a piece of work and return its result.

        Args:
            key: The key of the work; equal work has the same key.
            work: Called on the thread.

        Raises:
            BusyError: Too much work waits already.
            Stopped: The queue was closed.
            Exception: Any exception that the work raises.
        """
        mine: asyncio.Future[_Value] = asyncio.get_running_loop().create_future()
        job = self._asked(key, work, mine)
        try:
            return await mine
        finally:
            self._leave(key, job, mine)
            if mine.done() and not mine.cancelled():
                mine.exception()  # the task was cancelled just then, so nobody needs the result

    def close(self) -> None:
        """Begin no further work; every coroutine that waits gets `Stopped`."""
        with self._changed:
            self._closed = True
            left = list(self._waiting.values())
            self._waiting.clear()
            self._changed.notify_all()
        for job in left:
            _tell(job.askers.copy(), None, Stopped())

    def _asked(self, key: Hashable, work: Callable[[], Any], asker: asyncio.Future[Any]) -> _Job:
        with self._changed:
            if self._closed:
                raise Stopped
            if self._thread is None:
                thread = ExpendableThread(self._run, name="pictures")
                thread.start()  # this may fail if the machine has no threads left
                self._thread = thread
            job = self._begun.get(key) or self._waiting.get(key)
            if job is None:
                if len(self._waiting) >= self._most_waiting:
                    raise BusyError
                job = self._waiting[key] = _Job(work)
            job.askers.add(asker)
            self._changed.notify_all()
            return job

    def _leave(self, key: Hashable, job: _Job, asker: asyncio.Future[Any]) -> None:
        with self._changed:
            job.askers.discard(asker)
            if not job.askers and self._waiting.get(key) is job:
                del self._waiting[key]

    def _run(self) -> None:
        make_less_urgent(_NICER_BY)
        while self._has_more():
            while (following := self._next()) is not None:
                key, job = following
                begun, own = time.monotonic(), time.thread_time()
                value, error = _outcome_of(job.work)
                own = time.thread_time() - own
                self._time_share.worked(time.monotonic() - begun + (_OWN_TIMES - 1) * own)
                with self._changed:
                    del self._begun[key]
                    askers = job.askers.copy()
                _tell(askers, value, error)

    def _has_more(self) -> bool:
        """Wait for work; return False if there is none, so that the thread must end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed, self._idle_seconds)
            if self._waiting:
                return True
        self._on_idle()
        with self._changed:
            if not self._waiting:
                self._thread = None
            return bool(self._waiting)

    def _next(self) -> tuple[Hashable, _Job] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed, self._time_share.wait())
            if not self._waiting:
                return None
            key, job = self._waiting.popitem(last=False)
            self._begun[key] = job
            return key, job


def _outcome_of(work: Callable[[], Any]) -> tuple[Any, BaseException | None]:
    try:
        return work(), None
    except BaseException as error:
        return None, error


def _tell(
    askers: Iterable[asyncio.Future[Any]], value: object, error: BaseException | None
) -> None:
    for asker in askers:
        with contextlib.suppress(RuntimeError):  # its loop is closed: nobody waits any more
            asker.get_loop().call_soon_threadsafe(_settle, asker, value, error)


def _settle(asker: asyncio.Future[Any], value: object, error: BaseException | None) -> None:
    if asker.done():  # cancelled meanwhile
        return
    if error is None:
        asker.set_result(value)
    else:
        asker.set_exception(error)
