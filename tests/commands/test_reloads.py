"""The count of reloads, and the refused settings file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.commands.reloads import Reloads
from ocr_watcher.errors import SettingsError
from tests.engine.resting import Clock

if TYPE_CHECKING:
    import pytest

DAY = 86_400


def test_a_refused_file_is_warned_of_once_a_day_until_a_good_one_was_read(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = Clock()
    reloads = Reloads(clock, lambda: 1000.0)
    reloads.refuse(SettingsError(["workers: too many", "engine: unknown"]))
    caplog.clear()
    for hours, warnings in ((1, 0), (23, 1), (1, 1), (24, 2)):
        clock.now += hours * 3600
        reloads.remind()
        assert len(caplog.records) == warnings
    assert "refused: workers: too many (and 1 more), since " in caplog.messages[0]
    reloads.accept()
    clock.now += 2 * DAY
    reloads.remind()
    assert len(caplog.records) == 2
    assert reloads.line == ""


def test_the_time_of_the_first_refusal_in_a_row_is_told() -> None:
    wall = iter((1000.0, 2000.0, 3000.0))
    reloads = Reloads(wall_clock=lambda: next(wall))
    reloads.refuse(SettingsError(["first"]))
    reloads.refuse(SettingsError(["second"]))
    assert reloads.refusal is not None
    assert (reloads.refusal.since, reloads.refusal.problem) == (1000.0, "second")
    assert reloads.number == 2
