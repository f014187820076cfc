"""What every run is given is fit for all of its workers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.commands.tools import engine_and_ledger
from ocr_watcher.engine.interface import Page
from ocr_watcher.service.pulse import Pulses
from ocr_watcher.settings.model import BaiduSettings, FolderSettings, Settings
from tests.engine.resting import Clock
from tests.simulator.pictures import png
from tests.simulator.server import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, simulator: Simulator) -> Settings:
    monkeypatch.setenv("OCR_WATCHER_BAIDU_API_KEY", simulator.api_key)
    monkeypatch.setenv("OCR_WATCHER_BAIDU_SECRET_KEY", simulator.secret_key)
    (tmp_path / "scans").mkdir()
    return Settings(
        folders=(FolderSettings(path=tmp_path / "scans"),),
        state_dir=tmp_path / "state",
        workers=4,
        baidu=BaiduSettings(base_url=simulator.url),
    )


def page(words: str) -> Page:
    return Page(png(words), "PNG", 200, 60)


def test_a_worker_that_sends_a_page_is_not_late(settings):
    clock = Clock()
    pulses = Pulses(clock)
    with engine_and_ledger(settings, pulses) as (engine, _), pulses.working("an image"):
        clock.now = 1000
        engine.recognise(page("sent"))
        assert pulses.overdue(60) is None
        engine.close()


def test_each_worker_keeps_its_connection(settings, simulator):
    simulator.latency = 0.05  # so that four calls are under way at once
    with engine_and_ledger(settings) as (engine, _), ThreadPoolExecutor(4) as threads:
        list(threads.map(engine.recognise, [page(str(number)) for number in range(16)]))
        assert simulator.connections <= 4
        engine.close()
