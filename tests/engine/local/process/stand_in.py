"""The process of the models with a stand-in for the models, which starts in a fraction of a second.

``python -m tests.engine.local.process.stand_in`` is started in place of the real one. What it does
with a page depends on the width of the page.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import TYPE_CHECKING

from ocr_watcher.engine.local.process.worker import main
from ocr_watcher.engine.local.runtime.load_models import LoadedModels
from ocr_watcher.errors import EngineMissingError
from ocr_watcher.values.geometry import Rectangle
from ocr_watcher.values.reading import Line, Reading

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PIL import Image

KILLED, CRASHED, HANGS, ENDED, NONSENSE, FAILS, HAS_A_BUG, TAKES_A_WHILE = range(201, 209)
"""Widths of pages: it kills the process, crashes it, is never read, ends the process, is answered
with nonsense, fails, meets a fault of this program, is read after a while."""

_SIGNALS = {KILLED: signal.SIGKILL, CRASHED: signal.SIGSEGV}

NO_MODELS, ENDS_AT_START, HANGS_AT_START = "no-models", "ends-at-start", "hangs-at-start"
"""Names of further models that are asked for: there are none; the process ends; it never loads."""
KILLED_AT_START, KILLED_ONCE = "killed-at-start", "killed-once"
"""Names of further models: each process is killed while it loads; the first one is, and the model
is a directory in which it leaves a mark."""
ONE_CRASHES, ALL_CRASH = "one-crashes", "all-crash"
"""Names of further models: the first backend crashes with them; every backend does."""


class Reader:
    """A reader that gives each page its size as text."""

    def read(self, image: Image.Image) -> Reading:
        width, height = image.size
        if width in _SIGNALS:
            os.kill(os.getpid(), _SIGNALS[width])
        if width in (HANGS, *_SIGNALS):
            threading.Event().wait()
        if width == TAKES_A_WHILE:
            threading.Event().wait(0.5)
        if width == ENDED:
            os._exit(0)
        if width == FAILS:
            raise AssertionError
        if width == HAS_A_BUG:
            return None  # type: ignore[return-value]
        box = Rectangle(0, 0, width, height)
        line = Line(f"{width} x {height}", box, box.corners, 0.9)
        return Reading((line,), {"direction": 9 if width == NONSENSE else 0})


def _is_first(directory: Path) -> bool:
    """Whether this process is the first of those that are given a directory."""
    try:
        (directory / "started").mkdir()
    except FileExistsError:
        return False
    return True


def load(*, further: Sequence[Path], crashed: Sequence[str], **_options: int) -> LoadedModels:
    names = {path.name for path in further}
    if ALL_CRASH in names or (ONE_CRASHES in names and not crashed):
        os.kill(os.getpid(), signal.SIGSEGV)
    if KILLED_AT_START in names or any(
        path.name == KILLED_ONCE and _is_first(path) for path in further
    ):
        os.kill(os.getpid(), signal.SIGKILL)
    if ENDS_AT_START in names:
        sys.exit(3)
    if HANGS_AT_START in names:
        threading.Event().wait()
    if NO_MODELS in names:
        raise EngineMissingError("there are no models", advice="Get some.")
    backend = f"none but {', '.join(crashed)}" if crashed else "none"
    return LoadedModels("stand-in", backend, Reader)  # type: ignore[arg-type]


if __name__ == "__main__":
    main(load)
