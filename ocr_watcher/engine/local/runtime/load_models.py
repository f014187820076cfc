"""Load the models of RapidOCR's wheel, and prove that they read.

Nothing is downloaded: RapidOCR would download a model that it misses, so it is given the path of
each model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

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


@dataclass(frozen=True, slots=True)
class LoadedModels:
    """The models, which read.

    Attributes:
        names: The names of all models.
        backend: The name of the library that runs them.
        new_reader: A function that returns a reader for one thread.
    """

    names: str
    backend: str
    new_reader: Callable[[], PageReader]


def load(*, threads: int, longest_side: int, further: Sequence[Path] = ()) -> LoadedModels:
    """Load the models and prove that they read.

    Args:
        threads: The number of threads of one call.
        longest_side: The longer side to which RapidOCR reduces a page, in pixels.
        further: The files of further recognition models.

    Raises:
        EngineMissingError: The extra is not installed, or incomplete.
        PausingError: The models do not read a drawn word.
        TransientError: There is not enough memory now.
    """
    steps = load_steps(threads=threads, longest_side=longest_side)
    try:
        names = steps.pin_models()
        proof = PageReader(steps, names).read(_drawn(_SAMPLE_WORD))
        models = models_at(further, steps, _drawn)
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
    names = " + ".join([names, *(file.stem for file in further)])
    return LoadedModels(names, "onnxruntime", lambda: PageReader(steps, names, models))


def _drawn(word: str) -> Image.Image:
    image = Image.new("L", (100, 24), "white")
    ImageDraw.Draw(image).text((12, 6), word, fill="black", font=ImageFont.load_default())
    return image.resize((400, 96), Image.Resampling.LANCZOS)
