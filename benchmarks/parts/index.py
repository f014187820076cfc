"""Measures the index of many finished images: how it is made and compared, lists and searches."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, TypeVar

from benchmarks import finished
from benchmarks.page import texts
from benchmarks.process import memory
from benchmarks.report import AtMost, Figure
from ocr_watcher.folders.folder import Folder
from ocr_watcher.index.comparison import Comparison
from ocr_watcher.index.index import Index
from ocr_watcher.index.listed import Wanted
from ocr_watcher.sidecars.state import State
from ocr_watcher.watch.tree import scan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from benchmarks.stage import Stage

TITLE = "Index"

_MILLI = 1000
_TIMES = 9
_SEARCH, _LIST = AtMost(100), AtMost(20)

_Value = TypeVar("_Value")

_WORDS = {
    "a word of every text": (texts.COMMON,),
    "a word of one text": (texts.RARE,),
    "a word of no text": ("xylophone",),
    "a word of no text whose trigrams all texts have": ("bababa",),
    "a number of one text": ("0000500",),
    "three letters": ("bab",),
    "two letters": ("ba",),
    "two letters of no text": ("xz",),
    "one letter": ("e",),
    "two Chinese characters of every text": (texts.CHINESE_COMMON,),
    "two Chinese characters of one text": (texts.CHINESE_RARE,),
    "one Chinese character of every text": (texts.CHINESE_COMMON[0],),
    "one Chinese character of one text": (texts.CHINESE_RARE[0],),
    "a word of every text and two characters of one": (texts.COMMON, texts.CHINESE_RARE),
    "a word of one text and a letter of every text": (texts.RARE, "e"),
}
_WANTED = {
    "all": Wanted(),
    "those done": Wanted(state=State.DONE),
    "those that failed, of which there are none": Wanted(state=State.FAILED),
    "those with a code that none has": Wanted(code="17"),
    "those with a part of a name that all have": Wanted(name="SCAN"),
    "the one with a name": Wanted(name="batch-050/scan-000007"),
    "those with a name that none has": Wanted(name="no such name"),
}


@dataclass(frozen=True, slots=True)
class _Taken:
    """The cost of some work, in seconds by the clock and of the processor."""

    wall: float
    cpu: float

    @property
    def beside(self) -> str:
        return f"of the processor {self.cpu * _MILLI:.3g} ms"


def measure(stage: Stage) -> Iterator[Figure]:
    """Measure the index in this process, so that nothing but the index is measured."""
    number = stage.scaled(100_000, 5_000)
    with stage.directory("index") as directory:
        folder = Folder(str(directory / "scans"))
        finished.fill(
            directory / "scans", number, stage, text=lambda image: texts.text(image, number)
        )
        before = memory(os.getpid()).resident
        with Index(directory / "state", [folder.root]) as index:
            yield from _made(index, folder, directory, number)
            yield from _asked(index)
            growth = memory(os.getpid()).resident - before
            yield Figure(f"{number:,} images: memory more", growth, "MB", "", AtMost(15))


def _made(index: Index, folder: Folder, directory: Path, number: int) -> Iterator[Figure]:
    taken, changes = _timed(lambda: _compare(index, folder))
    size = sum(file.stat().st_size for file in (directory / "state").iterdir())
    yield Figure(
        f"{number:,} images: made from the sidecars, per image",
        taken.wall / number * _MILLI,
        "ms",
        f"of the processor {taken.cpu / number * _MILLI:.3g} ms; {size / number:.0f} bytes; "
        f"{changes:,} images",
    )
    walk, _ = _timed(lambda: sum(1 for _ in scan(folder)))
    taken, changes = _timed(lambda: _compare(index, folder))
    yield Figure(
        f"{number:,} images: compared where nothing changed, times a scan",
        taken.cpu / walk.cpu,
        "",
        f"{taken.wall:.2f} s, of the processor {taken.cpu:.2f} s; {changes} images written",
        AtMost(3),
    )


def _asked(index: Index) -> Iterator[Figure]:
    for what, words in _WORDS.items():
        found = _many(lambda words=words: index.search(words, seconds=None))
        number = len(index.search(words, seconds=None).hits)
        yield Figure(
            f"search: {what}", found.wall * _MILLI, "ms", f"{found.beside}; {number} hits", _SEARCH
        )
    for what, wanted in _WANTED.items():
        found = _many(lambda wanted=wanted: index.images(wanted))
        yield Figure(f"list: {what}", found.wall * _MILLI, "ms", found.beside, _LIST)


def _compare(index: Index, folder: Folder) -> int:
    comparison = Comparison(index.database, folder)
    for _ in comparison.whole(scan):
        pass
    return comparison.changes


def _many(work: Callable[[], object]) -> _Taken:
    """Do work several times, and return the medians."""
    each = [_timed(work)[0] for _ in range(_TIMES)]
    return _Taken(median(one.wall for one in each), median(one.cpu for one in each))


def _timed(work: Callable[[], _Value]) -> tuple[_Taken, _Value]:
    wall, cpu = time.perf_counter(), time.process_time()
    value = work()
    return _Taken(time.perf_counter() - wall, time.process_time() - cpu), value
