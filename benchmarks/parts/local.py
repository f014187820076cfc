"""Pages a minute with the local engine, beside RapidOCR called alone, and its memory."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import ExitStack
from functools import partial
from itertools import cycle, islice
from statistics import harmonic_mean, median
from typing import TYPE_CHECKING

from PIL import Image

from benchmarks.arrivals import Arrivals
from benchmarks.daemon import Daemon
from benchmarks.report import AtLeast, AtMost, Figure
from benchmarks.running import ROOT, reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from benchmarks.process import Memory
    from benchmarks.stage import Stage

TITLE = "Local engine"

_ALONE = "RapidOCR alone"
_SHARED = "RapidOCR alone, a thread each"


def measure(stage: Stage) -> Iterator[Figure]:
    """Has RapidOCR and the daemon read the same pages in turns, with 1 and 2 workers.

    RapidOCR alone is one caller with a thread for each processor; beside it stand as many callers
    as there are processors, with one thread each: which tells the right share of threads. Turns
    are as short as can be, for a machine that others share changes its speed within seconds: a
    page for one worker, and for two so many that the last one, read alone, matters little.
    """
    processors = len(os.sched_getaffinity(0))
    with ExitStack() as stack:
        directory = stack.enter_context(stage.directory("local"))
        alone = stack.enter_context(reference("rapidocr_alone", 1, processors))
        shared = stack.enter_context(reference("rapidocr_alone", processors, 1))
        one, two = (stack.enter_context(_daemon(directory, workers)) for workers in (1, 2))
        contest = _Contest(
            directory,
            {
                _ALONE: lambda pages: alone.work(pages).wall,
                _SHARED: lambda pages: shared.work(pages).wall,
                "workers: 1": partial(_read, one),
                "workers: 2": partial(_read, two),
            },
        )
        contest.round(contest.readers, 4 * processors)  # the models are loaded
        single = [
            contest.round((_ALONE, "workers: 1"), 1)
            for _ in stage.steps(range(stage.scaled(60, 4)), "one worker", "page")
        ]
        double = [
            contest.round((_ALONE, "workers: 2", _SHARED), stage.scaled(4, 1) * processors)
            for _ in stage.steps(range(stage.scaled(9, 2)), "two workers", "round")
        ]
        held = {workers: _held(contest, directory, workers, stage) for workers in (1, 4)}
    yield _figure("workers: 1, share of RapidOCR alone", "workers: 1", single, AtLeast(97))
    yield _figure("workers: 2, share of RapidOCR alone", "workers: 2", double, AtLeast(97))
    callers = f"{processors} callers with a thread each, beside one with {processors}"
    yield _figure(f"RapidOCR alone, {callers}", _SHARED, double)
    for workers, memory in held.items():
        beside = f"peak {memory.peak:.0f} MB, with the processes that decode"
        yield Figure(f"workers: {workers}, resident", memory.resident, "MB", beside, AtMost(700))


class _Contest:
    """Pages for those who read them: each has its own, for a page that is known is not read."""

    def __init__(
        self, directory: Path, readers: Mapping[str, Callable[[list[Path]], float]]
    ) -> None:
        self.readers = readers
        self._directory = directory
        self._samples = sorted((ROOT / "samples").glob("*.jpg"))
        self._rounds = 0
        self._drawn = 0

    def round(self, names: Iterable[str], number: int) -> dict[str, float]:
        """Has some of them read as many pages of the same kinds, and tells pages a minute."""
        kinds = [
            self._samples[(self._rounds + index) % len(self._samples)] for index in range(number)
        ]
        # With each kind of page, each comes first as often as last: what one leaves to the next
        # falls on all.
        turned = (self._rounds + self._rounds // len(self._samples)) % 2
        order = list(names)[:: -1 if turned else 1]
        self._rounds += 1
        return {name: 60 * number / self.readers[name](self._pages(kinds)) for name in order}

    def pages(self, number: int) -> list[Path]:
        """Makes pages of each kind in turn."""
        return self._pages(islice(cycle(self._samples), number))

    def _pages(self, kinds: Iterable[Path]) -> list[Path]:
        """Copies samples; a spot of its own keeps each from being known again."""
        pages = []
        for sample in kinds:
            page = self._directory / f"{self._drawn}-{sample.name}"
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


def _held(contest: _Contest, directory: Path, workers: int, stage: Stage) -> Memory:
    """Has a daemon of its own read pages, put into the folder all at once; tells what it holds."""
    own = directory / f"memory-{workers}"
    own.mkdir()
    with Daemon(own, None, settings={"workers": workers}) as daemon:
        _read(daemon, contest.pages(stage.scaled(24, 4)))
        return daemon.memory


def _read(daemon: Daemon, pages: list[Path]) -> float:
    """Drops some pages at once, and tells after how many seconds the last has its text."""
    with Arrivals(daemon.folder) as arrivals:
        started = time.monotonic()
        for page in pages:
            # Written there and not moved: the program trusts a close at once, and not a rename.
            shutil.copyfile(page, daemon.folder / page.name)
        return arrivals.wait_for(*(f"{page.name}.txt" for page in pages), within=3600) - started


def _figure(
    what: str, name: str, rounds: list[dict[str, float]], aim: AtLeast | None = None
) -> Figure:
    share = 100 * median(rates[name] / rates[_ALONE] for rates in rounds)
    ours, alone = (harmonic_mean([rates[reader] for rates in rounds]) for reader in (name, _ALONE))
    beside = f"{ours:.1f} of {alone:.1f} pages a minute"
    return Figure(what, share, "%", beside, aim, {"rounds": rounds})
