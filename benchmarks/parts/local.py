"""Pages a minute with the local engine, beside RapidOCR called alone."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import ExitStack
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

from PIL import Image

from benchmarks.daemon import Daemon
from benchmarks.report import AtLeast, Figure
from benchmarks.running import ROOT, eventually, reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from benchmarks.running import Reference
    from benchmarks.stage import Stage

TITLE = "Local engine"

_WORKERS = (1, 2)


def measure(stage: Stage) -> Iterator[Figure]:
    """Has RapidOCR and the daemon read the same pages in turns, with 1 and 2 workers.

    RapidOCR alone is one caller with a thread for each processor; beside it stand as many callers
    as there are processors, with one thread each: which tells the right share of threads.
    """
    processors = len(os.sched_getaffinity(0))
    with ExitStack() as stack:
        directory = stack.enter_context(stage.directory("local"))
        alone = stack.enter_context(reference("rapidocr_alone", 1, processors))
        shared = stack.enter_context(reference("rapidocr_alone", processors, 1))
        daemons = {
            workers: stack.enter_context(_daemon(directory, workers)) for workers in _WORKERS
        }
        contest = _Contest(directory, alone, shared, daemons)
        contest.round(1)  # the models are loaded
        rounds = [
            contest.round(stage.scaled(3, 1))
            for _ in stage.steps(range(stage.scaled(7, 2)), "local engine", "round")
        ]
    yield from _figures(rounds, processors)


class _Contest:
    def __init__(
        self, directory: Path, alone: Reference, shared: Reference, daemons: dict[int, Daemon]
    ) -> None:
        self._directory = directory
        self._alone = alone
        self._shared = shared
        self._daemons = daemons
        self._copies = 0
        self._drawn = 0

    def round(self, copies: int) -> dict[str, float]:
        """Pages a minute of each, where each reads the samples of the clone some times over."""
        rates = {
            "alone": self._rate(copies, lambda pages: self._alone.work(pages).wall),
            "shared": self._rate(copies, lambda pages: self._shared.work(pages).wall),
        }
        for workers, daemon in self._daemons.items():
            rates[f"ours-{workers}"] = self._rate(copies, partial(_read, daemon))
        return rates

    def _rate(self, copies: int, read: Callable[[list[Path]], float]) -> float:
        pages = self._pages(copies)
        return 60 * len(pages) / read(pages)

    def _pages(self, copies: int) -> list[Path]:
        """Copies the samples; a spot of its own keeps each from being known again."""
        self._copies += 1
        samples = sorted((ROOT / "samples").glob("*.jpg")) * copies
        directory = self._directory / f"pages-{self._copies}"
        directory.mkdir()
        pages = []
        for index, sample in enumerate(samples):
            page = directory / f"{self._copies}-{index}-{sample.name}"
            with Image.open(sample) as image:
                column, row = self._drawn % 32, self._drawn // 32
                image.paste("lightgrey", (16 * column, 8 * row, 16 * column + 8, 8 * row + 4))
                image.save(page, quality=95)
            self._drawn += 1
            pages.append(page)
        return pages


def _daemon(directory: Path, workers: int) -> Daemon:
    own = directory / f"workers-{workers}"
    own.mkdir()
    return Daemon(own, None, settings={"workers": workers})


def _read(daemon: Daemon, pages: list[Path]) -> float:
    """Drops some pages at once, and tells after how many seconds the last has its text."""
    started = time.perf_counter()
    for page in pages:
        # Written there and not moved: the program trusts a close at once, and not a rename.
        shutil.copyfile(page, daemon.folder / page.name)
    texts = [daemon.folder / f"{page.name}.txt" for page in pages]
    eventually(lambda: all(text.exists() for text in texts), 3600, every=0.02)
    return time.perf_counter() - started


def _figures(rounds: list[dict[str, float]], processors: int) -> Iterator[Figure]:
    alone = median(rates["alone"] for rates in rounds)
    for workers in _WORKERS:
        ours = median(rates[f"ours-{workers}"] for rates in rounds)
        yield Figure(
            f"workers: {workers}, share of RapidOCR alone",
            100 * median(rates[f"ours-{workers}"] / rates["alone"] for rates in rounds),
            "%",
            f"{ours:.1f} of {alone:.1f} pages a minute",
            AtLeast(97),
            {"rounds": rounds},
        )
    shared = median(rates["shared"] for rates in rounds)
    yield Figure(
        f"RapidOCR alone, {processors} callers with a thread each, beside one with {processors}",
        100 * median(rates["shared"] / rates["alone"] for rates in rounds),
        "%",
        f"{shared:.1f} of {alone:.1f} pages a minute",
    )
