"""The daemon writes its metrics into a file, over a reload and until it is asked to stop."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from tests.daemon.daemon import Daemon, write
from tests.service.metrics.exposition import Scrape, needs_promtool, promtool
from tests.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.server import Simulator


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "textfiles").mkdir()
    return tmp_path / "textfiles/ocr-watcher.prom"


def reload(daemon: Daemon, path: Path) -> Scrape:
    """Has the daemon read its settings again, after which it writes the file at once."""
    before = path.stat().st_ino
    daemon.process.send_signal(signal.SIGHUP)
    eventually(lambda: path.stat().st_ino != before)
    return Scrape(path.read_bytes())


@needs_promtool
def test_it_tells_what_was_read_and_counts_on_over_a_reload_and_goes_at_the_end(
    tmp_path: Path, path: Path, simulator: Simulator
) -> None:
    chosen = {"metrics": {"textfile": str(path)}, "baidu": {"daily_limit": 50}}
    with Daemon(tmp_path, simulator, settings=chosen) as daemon:
        eventually(path.exists)
        first = Scrape(path.read_bytes())
        assert first.of("ocr_watcher_calls_total") == first.of("ocr_watcher_pages_read_total") == 0
        write(daemon.folder / "a.png", "one")
        eventually(lambda: "a.png" in daemon.texts())
        second = reload(daemon, path)
        called = {"engine": "baidu", "endpoint": "general_basic", "code": "ok"}
        assert second.of("ocr_watcher_calls_total", **called) == 1
        assert second.of("ocr_watcher_pages_read_total", folder=str(daemon.folder)) == 1
        assert second.of("ocr_watcher_daily_limit_remaining_calls") == 49
        write(daemon.folder / "b.png", "two")
        eventually(lambda: "b.png" in daemon.texts())
        assert reload(daemon, path).of("ocr_watcher_calls_total", **called) == 2
        assert promtool("check", "metrics", given=path.read_bytes()) == (0, "")
        assert daemon.stop() == 0
        assert list(path.parent.iterdir()) == []


def test_without_the_setting_the_library_is_not_loaded(
    tmp_path: Path, simulator: Simulator
) -> None:
    with Daemon(tmp_path, simulator, variables={"PYTHONPROFILEIMPORTTIME": "1"}) as daemon:
        assert daemon.stop() == 0
        assert daemon.says("ocr_watcher.service.metrics")
        assert not daemon.says("prometheus_client")


def test_a_directory_that_is_not_there_costs_no_image(tmp_path: Path, simulator: Simulator) -> None:
    chosen = {"metrics": {"textfile": str(tmp_path / "none/ocr-watcher.prom")}}
    with Daemon(tmp_path, simulator, settings=chosen) as daemon:
        eventually(lambda: daemon.says("the metrics cannot be written"))
        write(daemon.folder / "a.png", "one")
        eventually(lambda: "a.png" in daemon.texts())
        assert daemon.stop() == 0
