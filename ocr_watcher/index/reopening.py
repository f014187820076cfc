"""Opens a file later that could not be opened at the start."""

from __future__ import annotations

import sqlite3
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Reopening:
    """The state of a file that may still have to be opened, and the time of the next try.

    Args:
        again_after: The seconds between two tries; None if the first try must succeed.
        make: A function that opens the file, and creates it if it is missing.
    """

    def __init__(self, again_after: float | None, make: Callable[[], None]) -> None:
        self._again_after = again_after
        self._make = make
        self._lock = threading.Lock()
        self._is_open = False
        self._next_try = 0.0
        self._problem = ""

    def begin(self) -> None:
        """Try for the first time.

        Raises:
            OSError: The file must be opened now, and its directory cannot be written to.
            sqlite3.Error: The file must be opened now, and cannot be used.
        """
        try:
            self._try()
        except (OSError, sqlite3.Error):
            if self._again_after is None:
                raise

    def require(self) -> None:
        """Try again if the file is not open and the time has come; only one thread does so.

        Raises:
            sqlite3.OperationalError: The file is not open.
        """
        if self._is_open:
            return
        if self._lock.acquire(blocking=False):
            try:
                if self._is_due():
                    self._try()
            except (OSError, sqlite3.Error):
                pass  # it is raised below
            finally:
                self._lock.release()
        if not self._is_open:
            raise sqlite3.OperationalError(self._problem)

    def _is_due(self) -> bool:
        """Return whether no other thread has opened the file or tried to meanwhile."""
        return not self._is_open and time.monotonic() >= self._next_try

    def _try(self) -> None:
        try:
            self._make()
        except (OSError, sqlite3.Error) as error:
            self._problem = str(getattr(error, "strerror", None) or error)
            self._next_try = time.monotonic() + (self._again_after or 0.0)
            raise
        self._is_open = True
