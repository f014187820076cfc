"""Load the models of RapidOCR's wheel, and prove that they read.

Nothing is downloaded: RapidOCR would download a model that it misses, so the files are read here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from ocr_watcher.engine.local.backends.registry import AUTO, chosen_backend
from ocr_watcher.engine.local.page_reader import PageReader
from ocr_watcher.engine.local.recognition.further_models import models_at
from ocr_watcher.engine.local.runtime.rapidocr_errors import is_out_of_memory
from ocr_watcher.engine.local.runtime.rapidocr_steps import load_steps
from ocr_watcher.errors import EngineMissingError, PausingError, TransientError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

_REINSTALL = "reinstall it with: pip install --force-reinstall --no-deps rapidocr onnxruntime"

_SAMPLE_WORD = "ocr-watcher"

_SIDE = 320
_PRINT = 40
"""The side of the drawn picture and the height of its print, in pixels. The detector enlarges a
small picture until its shorter side has 736 pixels, so a square one takes the least time."""


@dataclass(frozen=True, slots=True)
class LoadedModels:
    """The models, which read.

    Attributes:
        names: The names of all models.
        backend: The name of the backend that runs them.
        new_reader: A function that returns a reader for one thread.
    """

    names: str
    backend: str
    new_reader: Callable[[], PageReader]


def load(
    *,
    threads: int,
    longest_side: int,
    further: Sequence[Path] = (),
    backend: str = AUTO,
    device: str = "cpu",
) -> LoadedModels:
    """Load the models and prove that they read.

    Args:
        threads: The number of threads of the backend.
        longest_side: The longer side to which RapidOCR reduces a page, in pixels.
        further: The files of further recognition models.
        backend: The name of the backend, or ``auto`` for the fastest that is installed.
        device: The device that it uses: ``cpu``, ``gpu``, or a name of the backend's own.

    Raises:
        EngineMissingError: The extra is not installed, or incomplete.
        PausingError: The models do not read a drawn word.
        TransientError: There is not enough memory now.
    """
    runs = chosen_backend(backend)
    try:
        steps = load_steps(runs.make(threads, device), longest_side=longest_side)
        proof = PageReader(steps, steps.names).read(_drawn(_SAMPLE_WORD))
        models = models_at(further, steps, _line_of)
    except EngineMissingError:
        raise
    except Exception as error:
        if is_out_of_memory(error):
            raise TransientError("out-of-memory", "not enough memory for the models") from error
        raise EngineMissingError(
            f"the models of RapidOCR cannot be loaded ({type(error).__name__}); {_REINSTALL}"
        ) from error
    if not proof.lines:
        raise PausingError(
            "engine-failed", "the models of RapidOCR do not read a drawn word", advice=_REINSTALL
        )
    names = " + ".join([steps.names, *(file.stem for file in further)])
    return LoadedModels(names, runs.name, lambda: PageReader(steps, names, models))


def _drawn(word: str) -> Image.Image:
    image = Image.new("L", (_SIDE, _SIDE), "white")
    middle, font = (_SIDE / 2, _SIDE / 2), ImageFont.load_default(_PRINT)
    ImageDraw.Draw(image).text(middle, word, fill="black", font=font, anchor="mm")
    return image


def _line_of(word: str) -> Image.Image:
    middle = _SIDE // 2
    return _drawn(word).crop((0, middle - _PRINT, _SIDE, middle + _PRINT))
