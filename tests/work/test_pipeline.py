from __future__ import annotations

import logging
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from ocr_watcher import pipeline as module
from ocr_watcher.errors import QuotaError, Stopped
from ocr_watcher.pipeline import Pipeline
from ocr_watcher.settings.model import FolderSettings, Settings
from ocr_watcher.work.outcome import Changed, Recognised
from tests.engine.fake import FakeEngine
from tests.simulator.pictures import png
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ocr_watcher.engine.pace import Pause
    from ocr_watcher.image import Image
    from ocr_watcher.work.outcome import Outcome


class Line:
    """A whole pipeline over one folder, with the fake engine at its end."""

    def __init__(self, root: Path, state: Path) -> None:
        self.root = root
        self.engine = FakeEngine()
        self.ends: list[tuple[str, Outcome]] = []
        self.pauses: list[Pause] = []
        settings = Settings(
            folders=(FolderSettings(path=root),), settle_seconds=0.05, state_dir=state
        )
        self.pipeline = Pipeline(
            settings, self.engine, on_end=self._on_end, on_pause=self.pauses.append
        )

    def drop(self, name: str, words: str) -> None:
        """Puts an image in its place as a whole."""
        hidden = self.root / f".{name}"
        hidden.write_bytes(png(words))
        hidden.rename(self.root / name)

    def text(self, name: str) -> str | None:
        path = self.root / f"{name}.txt"
        return path.read_text("utf-8") if path.exists() else None

    def _on_end(self, image: Image, outcome: Outcome) -> None:
        self.ends.append((image.name, outcome))


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    (tmp_path / "scans").mkdir()
    line = Line(tmp_path / "scans", tmp_path / "state")
    yield line
    line.engine.release()
    line.pipeline.stop()


@pytest.fixture
def in_a_thread() -> Iterator[Callable[..., object]]:
    with ThreadPoolExecutor() as threads:
        yield threads.submit


def test_draining_sees_every_image_to_its_end(line):
    for number in range(5):
        line.drop(f"{number}.png", f"page {number}")
    line.pipeline.drain()
    assert [line.text(f"{number}.png") for number in range(5)] == [
        f"page {number}\n" for number in range(5)
    ]
    assert (line.pipeline.waiting, line.engine.closes) == (0, 0)


def test_what_is_dropped_while_it_watches_gets_its_text(line):
    line.pipeline.start()
    line.drop("a.png", "words")
    eventually(lambda: line.text("a.png") == "words\n")


def test_what_changes_under_the_engine_is_read_again_when_it_has_settled(line):
    line.engine.hold()
    line.pipeline.start()
    line.drop("a.png", "old")
    eventually(lambda: line.engine.inside)
    line.drop("a.png", "new")
    os.utime(line.root / "a.png")
    line.engine.release()
    eventually(lambda: line.text("a.png") == "new\n")
    assert ("a.png", Changed()) in line.ends
    eventually(lambda: ("a.png", Recognised(pages=1, lines=1)) in line.ends)


def test_who_asks_is_told_of_a_pause(line):
    error = QuotaError(17, "used up")
    line.engine.fault = lambda _: error
    line.pipeline.start()
    line.drop("a.png", "words")
    eventually(lambda: line.pauses)
    assert line.pauses[0].error is error
    assert line.pipeline.waiting == 1


def test_stopping_ends_the_draining(line, in_a_thread):
    line.engine.hold()
    line.drop("a.png", "words")
    draining = in_a_thread(line.pipeline.drain)
    eventually(lambda: line.engine.inside)
    stopping = in_a_thread(line.pipeline.stop)
    assert isinstance(draining.exception(20), Stopped)
    line.engine.release()
    assert stopping.result() is True
    assert (line.text("a.png"), line.engine.closes) == ("words\n", 1)


def test_a_call_that_does_not_come_back_is_given_up_and_the_engine_left_alone(
    line, monkeypatch, caplog
):
    monkeypatch.setattr(module, "STOP_SECONDS", 0.1)
    caplog.set_level(logging.WARNING, "ocr_watcher")
    line.engine.hold()
    line.pipeline.start()
    line.drop("a.png", "words")
    eventually(lambda: line.engine.inside)
    assert line.pipeline.stop() is False
    assert line.engine.closes == 0
    assert "calls are given up" in caplog.messages
