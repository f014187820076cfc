"""The request to stop something that has begun and takes long, such as a start."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

from ocr_watcher.errors import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Halt:
    """A request to stop, which ends the wait that a thread is in.

    Any thread may make the request. It stays in force.
    """

    def __init__(self) -> None:
        """Create it; no request is made."""
        self._lock = threading.Lock()
        self._ends: list[Callable[[], object]] = []
        self._is_asked = False

    def ask(self) -> None:
        """Make the request, and end each wait that can be ended."""
        with self._lock:
            self._is_asked = True
            ends = list(self._ends)
        for end in ends:
            end()

    def obey(self) -> None:
        """Raise an error if the request was made.

        Raises:
            Stopped: The request was made.
        """
        if self._is_asked:
            raise Stopped

    @contextlib.contextmanager
    def ending(self, end: Callable[[], object]) -> Iterator[None]:
        """Let the request end a wait, until the context ends.

        Args:
            end: A function that ends the wait; it is called on the thread that makes the request,
                and may be called just after the context.

        Raises:
            Stopped: The request was made before.
        """
        with self._lock:
            self.obey()
            self._ends.append(end)
        try:
            yield
        finally:
            with self._lock:
                self._ends.remove(end)
