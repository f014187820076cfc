"""Further recognition models, as of other scripts, for the lines that the shipped one cannot read.

A line that the shipped model is not sure of is read again by each of the others, and the reading
of the surest one is kept. So a page may have several scripts, and a model of any costs nothing
where it is not needed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ocr_watcher.errors import EngineMissingError

if TYPE_CHECKING:
    from pathlib import Path

    from PIL import Image

    from ocr_watcher.engine.local.recognition.word_places import WordPlace
    from ocr_watcher.engine.local.runtime.rapidocr_steps import RapidOcrSteps

_SURE = 0.9
"""Of 1. Print in a script that a model knows is read with more."""

_TRIAL = "4711"
"""Digits, which the alphabet of every model has."""

_ALPHABET = "character"
"""Where RapidOCR's models keep their alphabet, among the metadata. It would download one for a
model that has none."""

_MODELS = "*rec*.onnx"
"""How RapidOCR names its recognition models, behind the language or script."""

_FROM_THE_RIGHT = "arabic"
_FROM_THE_LEFT = re.compile(r"[a-zA-Z0-9 :*./%+-]+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Read:
    """A line as one model reads it.

    Attributes:
        words: Its text.
        score: How sure the model is, of 1.
        places: Where each word stands, of a model that tells it.
    """

    words: str
    score: float
    places: tuple[WordPlace, ...] = ()

    @property
    def sureness(self) -> float:
        """The score; 0 for a line of little but blanks, which is what unknown letters become."""
        read = len(" ".join(self.words.split()))
        return self.score if read and read >= len(self.words) / 2 else 0.0


Model = Callable[[Sequence[Any], int], list[Read]]
"""Reads lines, so many at once."""


def files_of(directory: Path | None, languages: Sequence[str]) -> tuple[Path, ...]:
    """Find the files of further models.

    Args:
        directory: Where they lie; None for no further models.
        languages: Those that are wanted, by what their names begin with; empty for all.

    Raises:
        EngineMissingError: There is none at all, or none of a language.
    """
    if directory is None:
        return ()
    if not languages:
        return _all_of(directory)
    files = {each: max(directory.glob(f"{each}_{_MODELS}"), default=None) for each in languages}
    if missing := [f"{each}_PP-OCRv5_rec_mobile.onnx" for each, file in files.items() if not file]:
        raise EngineMissingError(f"{directory} has no model such as {', '.join(missing)}")
    return tuple(file for file in files.values() if file)


def _all_of(directory: Path) -> tuple[Path, ...]:
    files = tuple(sorted(directory.glob(_MODELS)))
    if not files:
        raise EngineMissingError(
            f"local.models_dir: {directory} has no model whose name is like {_MODELS}; put one "
            "there, or remove the setting"
        )
    return files


def surest(readings: Sequence[Read]) -> Read:
    """Return the reading whose model is surest, the first of several."""
    return max(readings, key=lambda reading: reading.sureness)


def in_reading_order(words: str) -> str:
    """Turn around what a model of Arabic reads from the left, but not the numbers in it.

    As PaddleOCR does (``BaseRecLabelDecode.pred_reverse``).
    """
    return "".join(reversed(_FROM_THE_LEFT.findall(words)))


def improved(
    readings: Sequence[Read], lines: Sequence[Any], models: Sequence[Model], batch: int
) -> list[Read]:
    """Read the lines again that the shipped model is not sure of, with each further model.

    Args:
        readings: Of the shipped model.
        lines: The pixels of the lines.
        models: The further models, each made by `model_at`.
        batch: How many lines are read at once.

    Returns:
        The surest reading of each line.
    """
    best = list(readings)
    doubtful = [place for place, read in enumerate(best) if read.sureness < _SURE]
    for model in models if doubtful else ():
        again = model([lines[place] for place in doubtful], batch)
        for place, read in zip(doubtful, again, strict=True):
            best[place] = surest([best[place], read])
    return best


def models_at(
    files: Sequence[Path], steps: RapidOcrSteps, draw: Callable[[str], Image.Image]
) -> tuple[Model, ...]:
    """Load further models, of which each proves that it reads.

    Args:
        files: Of the models.
        steps: RapidOCR, whose own models have their paths.
        draw: Draws a word.

    Raises:
        EngineMissingError: One of them is no such model, or does not read.
    """
    models = tuple(model_at(file, steps) for file in files)
    pixels = steps.pixels_of(draw(_TRIAL))
    for file, model in zip(files, models, strict=True):
        (read,) = model([pixels], 1)
        if read.words.strip() != _TRIAL:
            raise _unusable(file, f"it reads {read.words!r} where {_TRIAL} is drawn")
    return models


def model_at(file: Path, steps: RapidOcrSteps) -> Model:
    """Load a recognition model.

    Args:
        file: In ONNX, with its alphabet, as RapidOCR publishes them.
        steps: RapidOCR, whose settings it gets.

    Returns:
        What reads some lines, so many of them at once.

    Raises:
        EngineMissingError: It is none.
    """
    _check_alphabet(file)
    recognise = steps.further_recogniser(file)
    order = in_reading_order if file.name.startswith(_FROM_THE_RIGHT) else str

    def read(lines: Sequence[Any], batch: int) -> list[Read]:
        read = recognise(lines, batch)
        return [
            Read(order(words), score) for words, score in zip(read.texts, read.scores, strict=True)
        ]

    return read


def _check_alphabet(file: Path) -> None:
    import onnxruntime  # noqa: PLC0415  an extra

    try:
        known = onnxruntime.InferenceSession(str(file)).get_modelmeta().custom_metadata_map
    except Exception as error:  # classes of a compiled module, without a common one
        raise _unusable(file, f"it cannot be loaded ({type(error).__name__})") from error
    if _ALPHABET not in known:
        raise _unusable(file, "it has no alphabet")


def _unusable(file: Path, reason: str) -> EngineMissingError:
    return EngineMissingError(
        f"{file} is no recognition model that can be used: {reason}; take one that RapidOCR "
        "publishes, or name others in local.languages"
    )
