"""A scan ends when it is asked to, wherever it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ocr_watcher.errors import Stopped
from ocr_watcher.events.bus import EventBus
from ocr_watcher.folders.folder import Folder
from ocr_watcher.threads.heartbeat import Heartbeats
from ocr_watcher.watch.scanner import Scanner
from ocr_watcher.watch.schedule import Schedule

if TYPE_CHECKING:
    from pathlib import Path


def test_a_scan_of_directories_without_images_ends_when_the_schedule_is_closed(
    tmp_path: Path,
) -> None:
    for number in range(3):
        (tmp_path / str(number)).mkdir()
    schedule = Schedule()
    with EventBus() as bus:
        scanner = Scanner(
            schedule,
            lambda found: pytest.fail(str(found)),
            recall=lambda _image: None,
            poll_seconds=1.0,
            bus=bus,
            heartbeats=Heartbeats(),
        )
        assert scanner.scan(Folder(str(tmp_path)), "") == 0
        schedule.close()
        with pytest.raises(Stopped):
            scanner.scan(Folder(str(tmp_path)), "")
