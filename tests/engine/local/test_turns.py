"""One set of models serves any number of threads, one after the other."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.engine.local import engine as module
from ocr_watcher.engine.local.engine import LocalEngine
from ocr_watcher.values.page import Page
from ocr_watcher.values.reading import Line, Reading
from tests.engine.resting import Resting
from tests.simulator import pictures
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL import Image

PAGE = Page(pictures.png("any"), "PNG", 200, 60)


class Models:
    """A stand-in for the models that counts how often it is loaded and holds each caller."""

    names = "models"

    def __init__(self) -> None:
        self.loads = 0
        self.readings = 0
        self._in_use = threading.Lock()
        self._going_on = threading.Event()

    def load(self, **_options: int) -> Models:
        self.loads += 1
        return self

    def read(self, _image: Image.Image) -> Reading:
        assert self._in_use.acquire(blocking=False), "two threads read at once"
        self.readings += 1
        assert self._going_on.wait(20)
        self._in_use.release()
        return Reading((Line("read"),))

    def let_go(self) -> None:
        self._going_on.set()


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> Iterator[Models]:
    models = Models()
    monkeypatch.setattr(module, "load", models.load)
    yield models
    models.let_go()


def test_threads_that_come_at_once_load_the_models_once_and_take_turns(models):
    engine = LocalEngine()
    with ThreadPoolExecutor(8) as pool:
        readings = [pool.submit(engine.recognise, PAGE) for _ in range(8)]
        eventually(lambda: models.readings == 1)
        models.let_go()
        assert all(reading.result().lines for reading in readings)
    assert (models.loads, models.readings) == (1, 8)


def test_a_load_that_fails_leaves_the_next_one_its_turn(models, monkeypatch):
    models.let_go()
    engine = LocalEngine()

    def fail(**_options: int) -> Models:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(module, "load", fail)
        with pytest.raises(MemoryError):
            engine.recognise(PAGE)
    assert engine.recognise(PAGE).lines


def test_who_waits_for_its_turn_is_not_late(models):
    resting = Resting()
    engine = LocalEngine(heartbeats=resting.heartbeats)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(engine.recognise, PAGE)
        eventually(lambda: models.readings == 1)
        resting.seen_in(lambda: engine.recognise(PAGE), models.let_go)
        assert first.result().lines
