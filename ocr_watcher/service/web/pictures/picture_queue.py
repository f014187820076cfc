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
"""Pieces of work that wait. A list of hits asks for as many cut-outs as it shows hits, and a
browser asks for six at once (RFC 9112, 9.4; Chromium's ``kMaxSocketsPerGroup``)."""

_IDLE_SECONDS = 30.0
"""Time without work after which the thread ends, and with it what it used. A person who looks at
one image after the other takes less."""

_NICER_BY = 10
"""A process that is nicer by ten gets a tenth of what another one gets (sched(7))."""

_MOST_AT_ONCE, _SHARE = 60.0, 0.2
"""The seconds of work that are done one after the other, and the share of the time that is worked
after them. People who look at images never get there. Whoever asks for pictures without end gets a
fiftieth of one processor, by the priority and this share, and disturbs the recognising no more."""

_OWN_TIMES = 10
"""How many seconds of work a second of a processor is that the thread itself takes, for example to
find the rows of a page. It gives way to no other thread of the program, as CPython's lock of the
interpreter knows no priority; work in the sandbox has a process of low priority."""


class BusyError(Exception):
    """There is too much to do already."""


@dataclass(eq=False, slots=True)
class _Job:
    """A piece of work, and those who wait for it."""

    work: Callable[[], Any]
    askers: set[asyncio.Future[Any]] = field(default_factory=set)


class PictureQueue:
    """Does work that coroutines ask for, on one thread, which lives as long as there is some.

    Equal work that is asked for several times is done once. Work that nobody waits for any more is
    not begun. Work that was begun comes to its end, so it must be bounded itself.
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
            idle_seconds: How long the thread waits for further work.
            time_share: How much of the time it works.
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
            key: What the work is; equal work has the same key.
            work: Called on the thread.

        Raises:
            BusyError: There is too much to do already.
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
                mine.exception()  # of a task that was cancelled just then, nobody asks for it

    def close(self) -> None:
        """Begin no further work; all that waits for some gets `Stopped`."""
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
                thread.start()  # which may fail, where the machine has no thread left
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
        """Wait for work; return False where there is none, and the thread is to end."""
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
