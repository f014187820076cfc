"""The end of a member of a cluster, when a signal asks for it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from ocr_watcher.threads.expendable import ExpendableThread

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

    Work = Callable[[asyncio.Event], Coroutine[Any, Any, None]]

_log = logging.getLogger(__name__)

_HANG_SECONDS = 2.0
"""The seconds after which a loop hangs if it has not handled the signal, or has not ended after its
work."""


def run_until_asked(work: Work, within: float) -> None:
    """Run a coroutine until it ends, by itself or after SIGTERM or SIGINT.

    Its loop is on a thread of its own. Dask looks up names on the loop, or on a thread that the end
    of the loop waits for. If a name server does not answer, that takes minutes, and the loop is
    left behind. Call this on the main thread.

    Args:
        work: The coroutine, called with an event that a signal sets.
        within: The longest time from the signal to its end, in seconds.

    Raises:
        Exception: Any exception that the coroutine raises.
    """
    asked, ended = asyncio.Event(), Future[None]()
    loop = asyncio.new_event_loop()
    happened: SimpleQueue[str] = SimpleQueue()
    ended.add_done_callback(lambda _: happened.put("ended"))
    thread = ExpendableThread(lambda: _run(loop, work(asked), ended), name="cluster")
    with _signals(lambda: happened.put("asked")):
        thread.start()
        if happened.get() == "asked":
            _ask(loop, asked, ended, within)
        if ended.done():
            thread.join(_HANG_SECONDS)
    if thread.is_alive():
        _log.warning("a part of Dask hangs, such as the look-up of a name, and is left behind")
    if ended.done():
        ended.result()


def _run(
    loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, None], ended: Future[None]
) -> None:
    async def main() -> None:
        try:
            await work
        except BaseException as error:
            ended.set_exception(error)
        else:
            ended.set_result(None)

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(main())


def _ask(
    loop: asyncio.AbstractEventLoop, asked: asyncio.Event, ended: Future[None], within: float
) -> None:
    heard = Future[None]()

    def hear() -> None:
        asked.set()
        heard.set_result(None)

    # The loop may have ended meanwhile, or may not end in time.
    with contextlib.suppress(RuntimeError, TimeoutError):
        loop.call_soon_threadsafe(hear)
        heard.result(_HANG_SECONDS)
        ended.exception(within)


@contextlib.contextmanager
def _signals(note: Callable[[], None]) -> Iterator[None]:
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = {number: signal.signal(number, lambda *_: note()) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
