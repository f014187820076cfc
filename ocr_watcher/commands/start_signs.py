"""The signs of life of a daemon that begins to watch, which takes minutes in a large tree."""

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
        give_sign: A function that writes a sign, given the work that does not advance; empty if all
            threads advance.
        fault: A function that returns the work that does not advance; called for each sign except
            the first.
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
