"""The reloads of the daemon: how many there were, and the settings file that was refused."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from ocr_watcher.escapes import printable
from ocr_watcher.service.running import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.errors import OcrWatcherError

_log = logging.getLogger(__name__)

_DAY = 86_400.0


class Reloads:
    """The number of reloads, and the refused settings file until a valid one is read.

    Args:
        clock: A function that returns the seconds of a clock that only goes forward.
        wall_clock: A function that returns the seconds since the epoch.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._clock = clock
        self._wall_clock = wall_clock
        self._warned = 0.0
        self.number = 0
        self.refusal: Refusal | None = None

    @property
    def line(self) -> str:
        """The refusal in one line for people; empty if there is none."""
        if self.refusal is None:
            return ""
        since = time.strftime("%Y-%m-%d %H:%M", time.localtime(self.refusal.since))
        return printable(f"{self.refusal}, since {since}")

    def accept(self) -> None:
        """Note a reload with a valid file."""
        self.refusal = None
        self.number += 1

    def refuse(self, error: OcrWatcherError) -> None:
        """Note a reload with a refused file; the time of the first refusal in a row is kept."""
        problems = list(filter(None, [*str(error).splitlines(), error.advice]))
        for problem in problems:
            _log.error("the settings stay as they were: %s", problem)
        since = self.refusal.since if self.refusal else self._wall_clock()
        others = len(str(error).splitlines()) - 1
        self.refusal = Refusal(since, problems[0], others)
        self.number += 1
        self._warned = self._clock()

    def remind(self) -> None:
        """Warn once a day, until a valid file is read."""
        if self.refusal is not None and self._clock() - self._warned >= _DAY:
            self._warned = self._clock()
            _log.warning("%s; the settings before it are in force", self.line)
