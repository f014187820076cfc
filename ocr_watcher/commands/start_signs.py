"""The signs of life of a daemon that begins to watch: that takes minutes in a large tree."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

from ocr_watcher.threads.expendable import ExpendableThread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SECONDS = 5.0


@contextlib.contextmanager
def signs_meanwhile(
    give_sign: Callable[[str], None], fault: Callable[[], str], seconds: float = _SECONDS
) -> Iterator[None]:
    """Give signs of life while the calling thread works.

    Args:
        give_sign: Leaves a sign with the work that does not advance; empty if all advances.
        fault: Returns the work that does not advance; it is asked for each sign but the first.
        seconds: The time between two signs.
    """
    over = threading.Event()

    def run() -> None:
        while not over.wait(seconds):
            give_sign(fault())

    give_sign("")
    thread = ExpendableThread(run, name="signs of life")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
