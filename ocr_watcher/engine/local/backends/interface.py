"""The interface that a backend has for the rest of the local engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from ocr_watcher.errors import EngineMissingError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Network = Callable[[Any], Any]
"""A function that maps an array to one of 32-bit floats.

The classifier of lines takes n pictures of 3 by 48 by 192 as 32-bit floats, and returns n by 2
probabilities. The detector takes the pixels of one picture as bytes, height by width by 3, and
returns for each pixel the probability of writing: 1 by 1 by height by width. It takes bytes because
a page as floats takes 48 MB, which each thread would hold while it waits for its turn."""

HALF_OF_LIGHT = 127.5
"""Half of the greatest value of a colour, 255. The networks take colours from -1 to 1 in place of 0
to 255 (RapidOCR's ``Det.mean`` and ``Det.std``)."""

ALPHABET = "character"
"""The key of the alphabet in the metadata of RapidOCR's recognition models. The alphabet has one
character on each line."""


BLANK = 0
"""The class of the recogniser for "nothing" (``CTCLabelDecode.get_ignored_tokens``)."""


@dataclass(frozen=True, slots=True)
class LineScores:
    """The scores of the recogniser for each column of a line.

    Attributes:
        winners: The class of the best score of each column: n whole numbers.
        best: That score, from 0 to 1: n numbers.
        further: The scores of the further classes that were asked for: n by their number.
    """

    winners: Any
    best: Any
    further: Any


LineNetwork = Callable[[Any], LineScores]
"""A function that maps the pixels of one line, 1 by 3 by 48 by width, to the scores of each of its
columns of 8 pixels. Several calls compute at once and share the threads of the backend. If all
threads shared one line, they would wait for each other at each of the network's 180 layers."""


class Model(Protocol):
    """A model that was read from a file; it becomes a network of one of three kinds."""

    @property
    def alphabet(self) -> Sequence[str] | None:
        """The characters of a recognition model; None if the file has none."""
        ...

    def detector(self) -> Network:
        """Return the network that finds the lines of a page."""
        ...

    def classifier(self) -> Network:
        """Return the network that tells which way up lines are."""
        ...

    def recogniser(self, further: Sequence[int]) -> LineNetwork:
        """Return the network that reads a line.

        Args:
            further: The classes whose scores are wanted beside those of the winners.
        """
        ...


class Backend(Protocol):
    """A runtime with its number of threads and its device.

    Its networks may be called from several threads. Only one call of a detector or a classifier
    computes at a time, as it uses all the threads of the backend.
    """

    @property
    def threads(self) -> int:
        """The number of threads."""
        ...

    def model(self, file: Path) -> Model:
        """Return the model of a file in ONNX format.

        If the file is not such a model, this method or the first use of the model raises an
        exception. Its class depends on the runtime.
        """
        ...


class UnusableBackendError(EngineMissingError):
    """A backend is installed, but does not work here; another one may.

    Attributes:
        reason: The reason in a few words, without a remedy.
    """

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class BackendDescription:
    """The facts about a backend that are known before it is imported.

    Attributes:
        name: The name in the settings.
        module: The module that has to be installed.
        suits: A function that is given the names of the instructions of a processor, and returns
            whether the backend is the fastest on it.
        make: A function that returns the backend, given the threads and the device. It raises
            `UnusableBackendError` if it cannot be imported, or has no such device.
    """

    name: str
    module: str
    suits: Callable[[frozenset[str]], bool]
    make: Callable[[int, str], Backend]
