"""The messages between the daemon and the process of the models.

The page may come from anybody, and through a flaw of a library its author may control the process.
So everything that the process tells is checked.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ocr_watcher.errors import (
    DoubtfulImageError,
    EngineMissingError,
    ImageError,
    PausingError,
    TransientError,
)
from ocr_watcher.processes.errors import ToldErrors
from ocr_watcher.processes.wire import Message
from ocr_watcher.values import line_facts
from ocr_watcher.values.geometry import Rectangle
from ocr_watcher.values.line_facts import TextBounds
from ocr_watcher.values.reading import DIRECTION, UNREAD_CHARACTERS, UNREAD_INK, Reading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ocr_watcher.values.geometry import Quad
    from ocr_watcher.values.reading import Line

ERRORS = ToldErrors(
    (ImageError, DoubtfulImageError, TransientError, PausingError, EngineMissingError)
)
"""The errors that the process tells. The program is to blame for any other fault."""

BOUNDS = TextBounds(lines=20_000, characters=200_000)
"""The most lines and characters of a page. On a page of 4000 by 4000 pixels full of print 16 pixels
high, 106,000 characters are read in 198 lines, and told in 1.5 MB of JSON."""

MOST_FACTS = 2**24
"""The most bytes of the JSON of an answer. It is enough for a page with the most text if each
character is a Chinese one and a word of its own. The values that so much JSON can hold take 0.4 GB
of memory."""

_LONGEST_NAME = 10_000
_MOST_THREADS = 10_000
_UNREAD_MOST = 10**9

_Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Loading:
    """The settings with which the models are loaded.

    Attributes:
        threads: The number of threads of one call.
        longest_side: The longer side to which a page is reduced, in pixels.
        further: The files of further recognition models.
        idle_seconds: The time without work after which the process ends.
        backend: The name of the backend, or ``auto`` for the fastest that works.
        device: The device that the backend uses: ``cpu``, ``gpu``, or the backend's name of one.
        crashed: The names of backends that crashed the process and are not tried again.
    """

    threads: int
    longest_side: int
    further: tuple[Path, ...]
    idle_seconds: float
    backend: str
    device: str
    crashed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ready:
    """The facts that the process tells about the loaded models.

    Attributes:
        names: The names of the models.
        backend: The name of the backend that runs them.
        threads: The number of threads of one call.
        passed_over: The name of a faster backend that does not work here, with the reason; empty if
            there is none.
    """

    names: str
    backend: str
    threads: int
    passed_over: str = ""


def loading_told(loading: Loading) -> Message:
    """Return the message that asks the process to load the models.

    Its body has the bytes of the paths, as the process may decode the names of files differently.
    """
    facts = {
        "threads": loading.threads,
        "longest_side": loading.longest_side,
        "idle_seconds": loading.idle_seconds,
        "backend": loading.backend,
        "device": loading.device,
        "crashed": loading.crashed,
    }
    return Message(facts, b"\0".join(map(os.fsencode, loading.further)))


def loading_from(message: Message) -> Loading:
    """Return the settings with which the message asks to load the models."""
    further = tuple(Path(os.fsdecode(path)) for path in message.body.split(b"\0") if path)
    facts = {**message.facts, "crashed": tuple(message.facts["crashed"])}
    return Loading(further=further, **facts)


def ready_told(ready: Ready) -> Message:
    """Return the message that the models are loaded and read."""
    return Message(
        {
            "names": ready.names,
            "backend": ready.backend,
            "threads": ready.threads,
            "passed_over": ready.passed_over,
        },
    )


def ready_from(message: Message) -> Ready:
    """Return the facts that the process tells about the loaded models.

    Raises:
        Exception: One of `NONSENSE`: the message is invalid.
    """
    facts = message.facts
    return Ready(
        _name(facts["names"]),
        _name(facts["backend"]),
        _number(facts["threads"], 1, _MOST_THREADS),
        _name(facts["passed_over"]),
    )


def reading_told(reading: Reading, size: _Size) -> Message:
    """Return the message with the reading of a page.

    Args:
        reading: The reading.
        size: The width and height of the page, in pixels. A place that rounding moves beyond the
            edge is set to the edge, and a score above 1 to 1.

    Raises:
        ImageError: There is more text than the daemon takes.
    """
    characters = sum(len(line.text) for line in reading.lines)
    if len(reading.lines) > BOUNDS.lines or characters > BOUNDS.characters:
        raise ImageError(
            "too-much-text",
            f"{len(reading.lines)} lines with {characters} characters were read on the page",
            advice="cut the page into parts",
        )
    lines = [_on_page(line, size) for line in reading.lines]
    return Message({"lines": line_facts.told(lines), "details": dict(reading.details)})


def reading_from(answer: Message, size: _Size) -> Reading:
    """Return the reading of a page.

    Args:
        answer: The answer of the process.
        size: The width and height of the page, in pixels.

    Raises:
        OcrWatcherError: The process tells an error.
        ProcessFault: The process tells a fault of this program.
        Exception: One of `NONSENSE`: the message is invalid.
    """
    facts = answer.facts
    if "error" in facts:
        ERRORS.raise_told(facts["error"])
    lines = line_facts.lines_from(facts["lines"], size, BOUNDS)
    return Reading(lines, _details(facts["details"]))


def _details(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the details that this engine tells, and no others."""
    details: dict[str, Any] = {DIRECTION: _number(told[DIRECTION], -1, 3)}
    if UNREAD_CHARACTERS in told:
        details[UNREAD_CHARACTERS] = _number(told[UNREAD_CHARACTERS], 1, _UNREAD_MOST)
    if UNREAD_INK in told:
        details[UNREAD_INK] = bool(told[UNREAD_INK])
    if details.keys() != told.keys():
        raise ValueError
    return details


def _name(told: Any) -> str:
    if not isinstance(told, str) or not told.isprintable() or len(told) > _LONGEST_NAME:
        raise ValueError
    return told


def _number(told: Any, least: int, most: int) -> int:
    if type(told) is not int or not least <= told <= most:
        raise ValueError
    return told


def _on_page(line: Line, size: _Size) -> Line:
    left, top, width, height = line.box or (0, 0, 0, 0)
    (left, top), (right, bottom) = _moved(((left, top), (left + width, top + height)), size)
    box = Rectangle(left, top, right - left, bottom - top)
    words = tuple(
        replace(word, quad=_moved(word.quad, size), score=_score(word.score)) for word in line.words
    )
    quad, score = _moved(line.quad or (), size), _score(line.score)
    return replace(line, box=box, quad=quad, score=score, words=words)


def _score(score: float | None) -> float | None:
    return None if score is None else min(max(score, 0.0), 1.0)


def _moved(quad: Quad, size: _Size) -> Quad:
    return tuple((min(max(x, 0), size[0]), min(max(y, 0), size[1])) for x, y in quad)
