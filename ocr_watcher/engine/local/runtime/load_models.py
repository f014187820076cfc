"""Loads the models of RapidOCR's wheel, and proves that they read.

Nothing is downloaded: RapidOCR would download a missing model, so the files are read here.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from ocr_watcher.engine.local.backends.interface import UnusableBackendError
from ocr_watcher.engine.local.backends.registry import AUTO, candidates
from ocr_watcher.engine.local.backends.unusable import not_loading
from ocr_watcher.engine.local.installation import reinstall
from ocr_watcher.engine.local.page_reader import PageReader
from ocr_watcher.engine.local.recognition.further_models import models_at
from ocr_watcher.engine.local.runtime.rapidocr_errors import is_out_of_memory
from ocr_watcher.engine.local.runtime.rapidocr_steps import load_steps
from ocr_watcher.errors import EngineMissingError, PausingError, TransientError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from ocr_watcher.engine.local.backends.interface import BackendDescription
    from ocr_watcher.engine.local.runtime.rapidocr_steps import RapidOcrSteps

_SAMPLE_WORD = "ocr-watcher"

_SIDE = 320
_PRINT = 40
"""The side of the drawn picture and the height of its print, in pixels. The detector enlarges a
small picture until its shorter side has 736 pixels, so a square one takes the least time."""


@dataclass(frozen=True, slots=True)
class LoadedModels:
    """The models, which were proven to read.

    Attributes:
        names: The names of all models.
        backend: The name of the backend that runs them.
        new_reader: A function that returns a reader for one thread.
        passed_over: The name of a faster backend that does not work here, and why; empty if none.
    """

    names: str
    backend: str
    new_reader: Callable[[], PageReader]
    passed_over: str = ""


def load(
    *,
    threads: int,
    longest_side: int,
    further: Sequence[Path] = (),
    backend: str = AUTO,
    device: str = "cpu",
    crashed: Sequence[str] = (),
) -> LoadedModels:
    """Load the models with the first backend with which they read a drawn word.

    Args:
        threads: The number of threads of the backend.
        longest_side: The longer side to which RapidOCR reduces a page, in pixels.
        further: The files of further recognition models.
        backend: The name of the backend, or ``auto`` for the fastest that works here.
        device: The device that it uses: ``cpu``, ``gpu``, or a name of the backend's own.
        crashed: The names of backends that crashed an earlier process and are not tried again.

    Raises:
        EngineMissingError: The extra is not installed, or incomplete.
        PausingError: The models do not read a drawn word.
        TransientError: There is not enough memory now.
    """

    def trial(of: BackendDescription) -> RapidOcrSteps:
        with _lack_of_memory_passes():
            return _proven(of, threads, device, longest_side)

    backends = candidates(backend, crashed=crashed)
    runs, steps, reasons = _first_that_reads(backends, trial)
    reasons = [*(f"{name}: it crashes when it loads the models" for name in crashed), *reasons]
    with _lack_of_memory_passes():
        models = models_at(further, steps, _line_of)
    names = " + ".join([steps.names, *(file.stem for file in further)])
    return LoadedModels(names, runs, lambda: PageReader(steps, names, models), ", ".join(reasons))


@contextmanager
def _lack_of_memory_passes() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if is_out_of_memory(error):
            raise TransientError("out-of-memory", "not enough memory for the models") from error
        raise


def _first_that_reads(
    backends: Sequence[BackendDescription], trial: Callable[[BackendDescription], RapidOcrSteps]
) -> tuple[str, RapidOcrSteps, list[str]]:
    """Return the first backend whose trial succeeds, its steps, and the reasons against others.

    Args:
        backends: The backends in the order in which they are tried; at least one.
        trial: A function that returns the steps of a backend that reads.

    Raises:
        EngineMissingError: The last backend cannot be used.
        PausingError: With the last backend the models do not read.
    """
    *others, last = backends
    reasons: list[str] = []
    for backend in others:
        try:
            steps = trial(backend)
        except UnusableBackendError as error:
            reasons.append(f"{backend.name}: {error.reason}")
        except PausingError:
            reasons.append(f"{backend.name}: it does not read a drawn word")
        else:
            return backend.name, steps, reasons
    return last.name, trial(last), reasons


def _proven(
    backend: BackendDescription, threads: int, device: str, longest_side: int
) -> RapidOcrSteps:
    """Load the shipped models with a backend, and prove that they read.

    Raises:
        UnusableBackendError: The backend cannot be used, or cannot load the models.
        EngineMissingError: RapidOCR is not installed, or incomplete.
        PausingError: The models do not read a drawn word.
        Exception: There is not enough memory now; the class depends on the backend.
    """
    try:
        steps = load_steps(backend.make(threads, device), longest_side=longest_side)
        proof = PageReader(steps, steps.names).read(_drawn(_SAMPLE_WORD))
    except Exception as error:
        if isinstance(error, EngineMissingError) or is_out_of_memory(error):
            raise
        raise not_loading(backend.name, error) from error
    if not proof.lines:
        raise PausingError(
            "engine-failed",
            "the models of RapidOCR do not read a drawn word",
            advice=reinstall("rapidocr", backend.module),
        )
    return steps


def _drawn(word: str) -> Image.Image:
    image = Image.new("L", (_SIDE, _SIDE), "white")
    middle, font = (_SIDE / 2, _SIDE / 2), ImageFont.load_default(_PRINT)
    ImageDraw.Draw(image).text(middle, word, fill="black", font=font, anchor="mm")
    return image


def _line_of(word: str) -> Image.Image:
    middle = _SIDE // 2
    return _drawn(word).crop((0, middle - _PRINT, _SIDE, middle + _PRINT))
