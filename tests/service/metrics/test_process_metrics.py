"""The metrics of a process are there from when they are on, and follow the settings."""

from __future__ import annotations

from pathlib import Path

from ocr_watcher.events.bus import EventBus
from ocr_watcher.service.metrics.facts import Facts
from ocr_watcher.service.metrics.process_metrics import ProcessMetrics
from ocr_watcher.settings.metrics import MetricsSettings
from ocr_watcher.settings.model import Settings
from ocr_watcher.values.snapshot import Counts, Snapshot
from tests.waiting import eventually

FACTS = Facts("fake", ["general"], ["/scans"], lambda: Snapshot(Counts()), lambda _: True)


def settings(path: Path | None) -> Settings:
    return Settings(state_dir=Path("/nowhere"), metrics=MetricsSettings(textfile=path))


def serve(metrics: ProcessMetrics, path: Path | None) -> None:
    """Works with one set of settings, until the file is there."""
    metrics.attach(settings(path), lambda: FACTS, EventBus())
    with metrics.written(settings(path)):
        eventually(lambda: path is None or path.exists())


def test_the_file_stays_between_two_settings_moves_with_them_and_goes_at_the_end(tmp_path):
    first, second = tmp_path / "a.prom", tmp_path / "b.prom"
    with ProcessMetrics() as metrics:
        serve(metrics, first)
        assert list(tmp_path.iterdir()) == [first]
        serve(metrics, second)
        assert list(tmp_path.iterdir()) == [second]
        serve(metrics, None)
        assert list(tmp_path.iterdir()) == []
        serve(metrics, first)
    assert list(tmp_path.iterdir()) == []


def test_off_it_counts_nothing():
    def asked() -> Facts:
        raise AssertionError

    with ProcessMetrics() as metrics:
        metrics.attach(settings(None), asked, EventBus())
        assert metrics.text() == b""


def test_the_end_goes_on_where_the_file_is_gone_already(tmp_path):
    with ProcessMetrics() as metrics:
        serve(metrics, tmp_path / "a.prom")
        (tmp_path / "a.prom").unlink()
