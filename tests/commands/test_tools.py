"""The parts of a run are sized for all of its workers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.commands.tools import tools_for
from ocr_watcher.engine.baidu.settings import BaiduSettings
from ocr_watcher.settings.model import FolderSettings, settings_model
from ocr_watcher.threads.heartbeat import Heartbeats
from ocr_watcher.values.page import Page
from tests.commands.program import keys_of
from tests.engine.resting import Clock
from tests.simulator.pictures import png

if TYPE_CHECKING:
    from pathlib import Path

    from ocr_watcher.settings.model import Settings
    from tests.simulator.server import Simulator


@pytest.fixture
def four_workers(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, simulator: Simulator
) -> Settings:
    for name, value in keys_of(simulator).items():
        monkeypatch.setenv(name, value)
    return settings_model()(
        folders=(FolderSettings(path=folder),),
        state_dir=tmp_path / "state",
        workers=4,
        baidu=BaiduSettings(base_url=simulator.url),
    )


def page(words: str) -> Page:
    return Page(png(words), "PNG", 200, 60)


def test_a_worker_that_sends_a_page_is_not_late(four_workers):
    clock = Clock()
    heartbeats = Heartbeats(clock)
    with tools_for(four_workers, heartbeats) as tools, heartbeats.working("an image"):
        clock.now = 1000
        tools.engine.recognise(page("sent"))
        assert heartbeats.overdue(60) is None
        tools.engine.close()


def test_each_worker_keeps_its_connection(four_workers, simulator):
    simulator.latency = 0.05  # so that four calls are under way at once
    with tools_for(four_workers) as tools, ThreadPoolExecutor(4) as threads:
        list(threads.map(tools.engine.recognise, [page(str(number)) for number in range(16)]))
        assert simulator.connections <= 4
        tools.engine.close()
