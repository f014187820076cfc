"""Further recognition models, such as those of other scripts, for what the shipped one cannot read.

A line that the shipped model is not sure of is read again by each further model, and the reading of
the surest model is kept. One page may therefore have several scripts. A further model takes no time
on pages where the shipped model is sure of all lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ocr_watcher.errors import EngineMissingError
from ocr_watcher.storage.named_file import read_named_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from PIL import Image

    from ocr_watcher.engine.local.recognition.word_places import WordPlace
    from ocr_watcher.engine.local.runtime.rapidocr_steps import RapidOcrSteps

_SURE = 0.9
"""The score from which on a model counts as sure. Print in a script that the model knows has a
higher score."""

_TRIAL = "4711"
"""The text that tests each model: digits, which the alphabet of every model has."""

_MODELS = "*rec*.onnx"
"""The names of the files of RapidOCR's recognition models; they begin with the language or
script."""

_FROM_THE_RIGHT = "arabic"
_FROM_THE_LEFT = re.compile(r"[a-zA-Z0-9 :*./%+-]+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Read:
    """A line as one model reads it.

    Attributes:
        words: Its text.
        score: The confidence of the model, from 0 to 1.
        places: The places of the words, if the model gives them.
        missed: An estimate of the number of letters that the model passed over; 0 if it is not
            known.
    """

    words: str
    score: float
    places: tuple[WordPlace, ...] = ()
    missed: int = 0

    @property
    def sureness(self) -> float:
        """The score; 0 for a line of mostly blanks, or with letters that the model passed over.

        A model reads letters that it does not know as blanks, or passes over them.
        """
        if self.missed:
            return 0.0
        read = len(" ".join(self.words.split()))
        return self.score if read and read >= len(self.words) / 2 else 0.0


FurtherModel = Callable[[Any], Read]
"""A function that reads the pixels of a line."""


def files_of(directory: Path | None, languages: Sequence[str]) -> tuple[Path, ...]:
    """Return the files of further models.

    Args:
        directory: The folder of the files; None for no further models.
        languages: The beginnings of the names of the wanted models; empty for all models.

    Raises:
        EngineMissingError: The folder has no model, or none for a language, or one cannot be read.
    """
    if directory is None:
        return ()
    files = _named(directory, languages) if languages else _all_of(directory)
    for file in files:
        try:
            read_named_file(file, 0)  # the runtimes would wait for a pipe
        except OSError as error:
            raise _unusable(file, f"it cannot be read: {error.strerror}") from None
    return files


def _named(directory: Path, languages: Sequence[str]) -> tuple[Path, ...]:
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
    """Return the reading of the model that is surest; the first of equal ones."""
    return max(readings, key=lambda reading: reading.sureness)


def in_reading_order(words: str) -> str:
    """Reverse a text that a model of Arabic reads from the left; numbers and Latin words stay.

    PaddleOCR does the same (``BaseRecLabelDecode.pred_reverse``).
    """
    return "".join(reversed(_FROM_THE_LEFT.findall(words)))


def improved(read: Read, line: Any, models: Iterable[FurtherModel]) -> Read:
    """Read a line that the shipped model is not sure of again, with each further model.

    Args:
        read: The reading of the shipped model.
        line: The pixels of the line.
        models: The further models.

    Returns:
        The surest reading.
    """
    if read.sureness >= _SURE:
        return read
    return surest([read, *(model(line) for model in models)])


def models_at(
    files: Sequence[Path], steps: RapidOcrSteps, draw: Callable[[str], Image.Image]
) -> tuple[FurtherModel, ...]:
    """Load further models, and check that each of them reads.

    Args:
        files: The files of the models.
        steps: The steps of RapidOCR, which loads the models.
        draw: A function that returns a picture of a text.

    Raises:
        EngineMissingError: One of the files is no usable model.
    """
    models = tuple(model_at(file, steps) for file in files)
    pixels = steps.pixels_of(draw(_TRIAL))
    for file, model in zip(files, models, strict=True):
        words = _words(file, model, pixels)
        if words.strip() != _TRIAL:
            raise _unusable(file, f"it reads {words!r} where {_TRIAL} is drawn")
    return models


def _words(file: Path, model: FurtherModel, pixels: Any) -> str:
    """Return what a model reads.

    Raises:
        EngineMissingError: It fails, such as one whose alphabet is not that of its classes.
    """
    try:
        return model(pixels).words
    except Exception as error:  # of any class of the runtimes
        raise _unusable(file, f"it does not read ({type(error).__name__})") from error


def model_at(file: Path, steps: RapidOcrSteps) -> FurtherModel:
    """Load a recognition model.

    Args:
        file: The file in ONNX format with its alphabet, as RapidOCR publishes it.
        steps: The steps of RapidOCR, which loads the model.

    Returns:
        A function that reads a line.

    Raises:
        EngineMissingError: The file is no such model.
    """
    try:
        recognise = steps.recogniser(file)
    except LookupError:
        raise _unusable(file, "it has no alphabet") from None
    except Exception as error:  # classes of a compiled module, without a common one
        raise _unusable(file, f"it cannot be loaded ({type(error).__name__})") from error
    order = in_reading_order if file.name.startswith(_FROM_THE_RIGHT) else str

    def read(line: Any) -> Read:
        found = recognise(line)
        return Read(order(found.text), found.score)

    return read


def _unusable(file: Path, reason: str) -> EngineMissingError:
    return EngineMissingError(
        f"{file} is no recognition model that can be used: {reason}; take one that RapidOCR "
        "publishes, or name others in local.languages"
    )
