"""Measures the local engine beside RapidOCR and tesseract: speed, text, memory, start."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from typing import TYPE_CHECKING

from benchmarks.local import machine, memory, speed, start, text
from benchmarks.local.contest import Contest
from benchmarks.local.names import AT_ONCE, ONE, RAPIDOCR, TESSERACT, TWO
from benchmarks.local.readers import Ours, RapidOcr, Tesseract, daemon, processors
from benchmarks.local.specimens import further, specimens
from benchmarks.running import reference

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from benchmarks.local.contest import PlacingReader, Reader, Round
    from benchmarks.local.specimens import Specimen
    from benchmarks.report import Figure
    from benchmarks.stage import Stage

TITLE = "Local engine"

_WARM, _LONE = 1000, 2000
"""The number of the first page that loads the models, and of the first one that is read alone."""


def measure(stage: Stage) -> Iterator[Figure]:
    """Compare speed and text with all readers running, then measure daemons by themselves."""
    tesseract = shutil.which("tesseract")
    yield machine.figure(tesseract)
    with stage.directory("local") as directory:
        yield from _contest(stage, directory, tesseract)
    with stage.directory("local") as directory:
        yield from memory.figures(stage, directory)
        yield from start.figures(stage, directory)


def _contest(stage: Stage, directory: Path, tesseract: str | None) -> Iterator[Figure]:
    """Let all readers read the same pages in turns: some at once, then one alone."""
    pages = specimens(directory, stage)
    with ExitStack() as stack:
        placing: dict[str, PlacingReader] = {
            RAPIDOCR: RapidOcr(stack.enter_context(reference("rapidocr_alone"))),
            ONE: Ours(stack.enter_context(daemon(directory, "one", workers=1))),
            TWO: Ours(stack.enter_context(daemon(directory, "two", workers=2))),
        }
        readers: dict[str, Reader] = {**placing, **_tesseracts(tesseract)}
        alone = Contest(placing)
        alone.round(further(directory, _WARM, stage.scaled(2, 1)))  # the models are loaded
        rounds = list(_in_rounds(pages, Contest(readers), stage))
        lone = further(directory, _LONE, stage.scaled(6, 1))
        waits = [alone.round([page]) for page in stage.steps(lone, "a lone page", "page")]
    yield from speed.of_many(rounds)
    yield from speed.of_one(waits)
    yield from text.of_difference(
        pages, {name: [its.lines(page) for page in pages] for name, its in placing.items()}
    )
    yield from text.of_words(
        pages, {name: [its.text(page) for page in pages] for name, its in readers.items()}
    )


def _in_rounds(
    pages: Sequence[Specimen], contest: Contest, stage: Stage
) -> Iterator[tuple[int, Round]]:
    """Let two pages for each processor be read in each round; yield their number."""
    at_once = 2 * processors()
    starts = range(0, len(pages), at_once)
    for first in stage.steps(starts, "pages", "round"):
        batch = pages[first : first + at_once]
        yield len(batch), contest.round(batch)


def _tesseracts(program: str | None) -> dict[str, Reader]:
    """Return tesseract for one page at a time and for several; none if it is not installed."""
    if program is None:
        return {}
    return {TESSERACT: Tesseract(program), AT_ONCE: Tesseract(program, processors())}
