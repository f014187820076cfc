"""Sets of models: as many as can be of use, and no more than are."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.engine.interface import Line, Page, Reading
from ocr_watcher.engine.local import LocalEngine, Share, share_of_this_machine
from ocr_watcher.engine.local import engine as module
from ocr_watcher.engine.local.share import share
from ocr_watcher.errors import TransientError
from tests.engine.resting import Resting
from tests.simulator import pictures
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL import Image

PAGE = Page(pictures.png("any"), "PNG", 200, 60)


class Models:
    """Stands for the models: counts what is loaded, and holds whoever reads until it lets go."""

    names = "models"

    def __init__(self) -> None:
        self.threads: list[int] = []
        self.room = 99
        self.reading = 0
        self._lock = threading.Lock()
        self._going_on = threading.Event()

    def load(self, *, threads: int, longest_side: int) -> Models:
        assert longest_side
        if len(self.threads) == self.room:
            raise TransientError("out-of-memory", "not enough memory for the models")
        self.threads.append(threads)
        return self

    def read(self, _image: Image.Image) -> Reading:
        with self._lock:
            self.reading += 1
        assert self._going_on.wait(20)
        with self._lock:
            self.reading -= 1
        return Reading((Line("read"),))

    def let_go(self) -> None:
        self._going_on.set()


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> Iterator[Models]:
    models = Models()
    monkeypatch.setattr(module, "load", models.load)
    yield models
    models.let_go()


@pytest.mark.parametrize(
    ("callers", "processors", "gigabytes", "expected"),
    [
        (1, 1, 1, Share(1, 1)),
        (1, 4, 8, Share(1, 4)),
        (2, 4, 8, Share(2, 2)),
        (4, 2, 8, Share(2, 1)),
        (4, 4, 8, Share(4, 1)),
        (4, 6, 8, Share(4, 1)),
        (256, 1, 8, Share(1, 1)),
        (256, 32, 64, Share(4, 8)),
        (4, 4, 1, Share(1, 4)),
        (4, 4, 2, Share(1, 4)),
        (4, 4, 4, Share(2, 2)),
    ],
)
def test_callers_processors_and_memory_bound_the_sets(callers, processors, gigabytes, expected):
    assert share(callers, processors, gigabytes * 1024**3) == expected


def test_a_lone_caller_has_all_processors_of_this_machine():
    share = share_of_this_machine(callers=1)
    assert share == Share(1, len(os.sched_getaffinity(0)))


def test_as_many_pages_are_read_at_once_as_there_are_sets(models):
    engine = LocalEngine(Share(sets=3, threads=2))
    with ThreadPoolExecutor(8) as pool:
        readings = [pool.submit(engine.recognise, PAGE) for _ in range(8)]
        eventually(lambda: models.reading == 3)
        models.let_go()
        assert all(reading.result().lines for reading in readings)
    assert models.threads == [2, 2, 2]


def test_one_caller_after_the_other_uses_one_set(models):
    models.let_go()
    engine = LocalEngine(Share(sets=4, threads=1))
    for _ in range(3):
        engine.recognise(PAGE)
    assert models.threads == [1]


def test_where_memory_does_for_one_set_it_goes_on_reading(models):
    models.room = 1
    engine = LocalEngine(Share(sets=2, threads=1))
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(engine.recognise, PAGE)
        eventually(lambda: models.reading == 1)
        with pytest.raises(TransientError):
            engine.recognise(PAGE)
        models.let_go()
        assert first.result().lines
    assert engine.recognise(PAGE).lines


def test_who_waits_for_a_set_is_not_late(models):
    resting = Resting()
    engine = LocalEngine(Share(sets=1, threads=1), pulses=resting.pulses)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(engine.recognise, PAGE)
        eventually(lambda: models.reading == 1)
        resting.seen_in(lambda: engine.recognise(PAGE), models.let_go)
        assert first.result().lines
