"""Measures the memory of a daemon that reads pages of many sizes, and of one that reads lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.local import sizes, specimens
from benchmarks.local.readers import daemon, drop
from benchmarks.local.watch import MemoryWatch
from benchmarks.report import AtMost, Figure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.local.watch import Peaks
    from benchmarks.stage import Stage

_TOLERANCE = 1.05
"""The most memory that a thin picture may take, as a multiple of that of an ordinary page. The same
page takes some per cent more with one daemon than with another."""


def figures(stage: Stage, directory: Path) -> Iterator[Figure]:
    """Measure the memory over many sizes, and for each line-shaped picture."""
    yield from _of_sizes(stage, directory)
    yield from _of_lines(stage, directory)


def _of_sizes(stage: Stage, directory: Path) -> Iterator[Figure]:
    """Give batches of pages, no two of one size, to one daemon."""
    number, batch = stage.scaled(500, 40), stage.scaled(50, 10)
    chosen = sizes.sizes(number)
    after = []
    running = daemon(directory, "sizes")
    with running, MemoryWatch(running.number) as watch:
        for first in stage.steps(range(0, number, batch), "pages of many sizes", f"{batch} pages"):
            pages = [
                sizes.page(directory, f"size-{at}", chosen[at], at)
                for at in range(first, first + batch)
            ]
            drop(running, pages)
            after.append(watch.peaks)
        kept = running.memory.proportional
    end, details = after[-1], {"models_after_each_batch": [one.models for one in after]}
    of = f"{number} pages of {number} sizes"
    beside = f"{kept:.0f} MB at the end"
    yield Figure(f"{of}: all processes, peak", end.tree, "MB", beside, None, details)
    yield Figure(f"{of}: the models' process, peak", end.models, "MB", "", AtMost(1200))
    yield Figure(
        f"{of}: the models' process, growth after the first {batch}",
        end.models - after[0].models,
        "MB",
        f"peak until then {after[0].models:.0f} MB",
        AtMost(100),
    )


def _of_lines(stage: Stage, directory: Path) -> Iterator[Figure]:
    """Let a daemon of its own read each picture, so that none uses memory of an earlier one."""
    (ordinary,) = specimens.further(directory, 3000, 1)
    pictures = {"A4": ordinary.page.picture}
    pictures |= {f"{x} x {y}": sizes.line(directory, (x, y)) for x, y in sizes.LINE_SHAPES}
    peaks = {
        name: _peak(directory, f"shape-{name}", picture)
        for name, picture in stage.steps(pictures.items(), "line-shaped pictures", "picture")
    }
    page = peaks.pop("A4").tree
    for name, its in peaks.items():
        yield Figure(
            f"a picture of {name} pixels: peak, times that of an ordinary page",
            its.tree / page,
            "",
            f"{its.tree:.0f} MB, a page of A4 at 150 dpi {page:.0f} MB",
            AtMost(_TOLERANCE),
        )


def _peak(directory: Path, name: str, picture: Path) -> Peaks:
    running = daemon(directory, name)
    with running, MemoryWatch(running.number) as watch:
        drop(running, [picture])
        return watch.peaks
