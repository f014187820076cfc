"""What a worker loads in place of the models: it reads the words that a picture carries, slowly."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ocr_watcher import __version__
from ocr_watcher.engine.cluster import abilities
from ocr_watcher.engine.cluster.description import SHIPPED_MODELS
from ocr_watcher.engine.cluster.reader import serve
from ocr_watcher.values.geometry import Rectangle
from ocr_watcher.values.reading import EngineIdentity, Line, Reading
from tests.engine.fake import LIMITS, FakeEngine

if TYPE_CHECKING:
    from distributed import Worker

    from ocr_watcher.values.page import Limits, Page

SECONDS = "SLOW_MODELS_SECONDS"
"""The environment variable with the seconds for a page."""
TOLD = "SLOW_MODELS_TOLD"
"""That with the file that each page is told in before it is read."""
MODELS = "SLOW_MODELS_NAME"
"""That with the names of the models."""
VERSION = "SLOW_MODELS_VERSION"
"""That with the version of the program."""
LOADING = "SLOW_MODELS_LOADING"
"""That with the seconds that they take to be loaded."""


class SlowModels:
    """Models that wait before each page. A page that says ``deadly`` ends the process."""

    def __init__(self) -> None:
        self._words = FakeEngine()

    @property
    def identity(self) -> EngineIdentity:
        return EngineIdentity("local", os.environ.get(MODELS, SHIPPED_MODELS))

    @property
    def limits(self) -> Limits:
        return LIMITS

    def recognise(self, page: Page) -> Reading:
        reading = self._words.recognise(page)
        words = " ".join(line.text for line in reading.lines)
        if TOLD in os.environ:
            with Path(os.environ[TOLD]).open("a") as told:
                told.write(f"{os.getpid()} {words}\n")
        time.sleep(float(os.environ.get(SECONDS, "0")))
        if "deadly" in words:
            os._exit(9)
        box = Rectangle(1, 2, 10, 10)
        quad = ((1, 2), (11, 2), (11, 12), (1, 12))
        lines = tuple(Line(line.text, box, quad, 0.9) for line in reading.lines)
        return Reading(lines, {"direction": 0})

    def self_test(self) -> str:
        time.sleep(float(os.environ.get(LOADING, "0")))
        return "they are slow"

    def close(self) -> None:
        """Nothing is held."""


def dask_setup(worker: Worker) -> None:
    """What Dask calls of a module that it loads on a worker."""
    abilities.__version__ = os.environ.get(VERSION, __version__)  # type: ignore[attr-defined]
    serve(worker, SlowModels())
