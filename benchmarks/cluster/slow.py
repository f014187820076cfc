"""Models that a worker loads in place of the real ones; they take half a second for each page."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ocr_watcher.engine.cluster.description import SHIPPED_MODELS
from ocr_watcher.engine.cluster.limits import LIMITS
from ocr_watcher.engine.cluster.reader import serve
from ocr_watcher.values.geometry import Rectangle
from ocr_watcher.values.reading import EngineIdentity, Line, Reading

if TYPE_CHECKING:
    from distributed import Worker

    from ocr_watcher.values.page import Limits, Page

SECONDS = 0.5
TOLD = "BENCHMARK_TOLD"
"""The environment variable with the file that tells when each page was begun."""

_LINES = 40


def lines(page: Page) -> tuple[Line, ...]:
    """Return as many lines as a page of print has."""
    quad = ((1, 1), (9, 1), (9, 9), (1, 9))
    return tuple(
        Line(f"line {number} of {page.width}", Rectangle(1, 1, 8, 8), quad, 0.9)
        for number in range(_LINES)
    )


class SlowModels:
    """Models that wait for half a second in place of reading a page."""

    identity = EngineIdentity("local", SHIPPED_MODELS)

    @property
    def limits(self) -> Limits:
        """The limits of a page; it is never decoded."""
        return LIMITS

    def recognise(self, page: Page) -> Reading:
        """Wait, and return as many lines as a page of print has."""
        with Path(os.environ[TOLD]).open("a") as told:
            told.write(f"{time.monotonic()}\n")
        time.sleep(SECONDS)
        return Reading(lines(page), {"direction": 0})

    def self_test(self) -> str:
        """Return at once, as there is nothing to load."""
        return "waits"

    def close(self) -> None:
        """Do nothing, as nothing is held."""


def dask_setup(worker: Worker) -> None:
    """Let a worker read with the slow models; Dask calls this."""
    serve(worker, SlowModels())
