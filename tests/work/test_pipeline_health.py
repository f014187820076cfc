"""A pipeline reports work that does not advance, and the watchdog then gets no message."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ocr_watcher.assemble import assemble
from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.service.status_line import what_is_wrong
from ocr_watcher.settings.model import FolderSettings, Settings
from tests.engine.fake import FakeEngine
from tests.simulator.pictures import png
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Running:
    """A pipeline at work, in which one step may take half a second."""

    def __init__(self, root: Path, state: Path) -> None:
        self.root = root
        self.engine = FakeEngine()
        self.ledger = Ledger(state)
        settings = Settings(
            folders=(FolderSettings(path=root),), settle_seconds=0.05, state_dir=state
        )
        self.pipeline = assemble(settings, self.engine, self.ledger, overdue_seconds=0.5)
        self.pipeline.start()
        self.pipeline.wait_until_watching()

    @property
    def wrong(self) -> str:
        return what_is_wrong(self.pipeline.snapshot().health)

    def close(self) -> None:
        self.engine.release()
        self.pipeline.stop()
        self.ledger.close()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    root = tmp_path / "scans"
    root.mkdir()
    running = Running(root, tmp_path / "state")
    yield running
    running.close()


def test_while_nothing_comes_all_is_well(running):
    assert running.wrong == ""


def test_a_worker_that_does_not_come_back_from_its_call_is_told_by_its_image(running):
    running.engine.hold()
    (running.root / "a.png").write_bytes(png("held"))
    eventually(
        lambda: running.wrong == f"a thread has worked for too long on: {running.root}/a.png"
    )
    running.engine.release()
    eventually(lambda: running.wrong == "")


def test_an_event_whose_listener_hangs_is_told_by_its_folder(running):
    eventually(lambda: running.pipeline._tally._counts)  # the first scan is over
    settler = running.pipeline._watchers._watchers[str(running.root)]._settler
    with settler._changed:
        (running.root / "a.png").write_bytes(png("one"))
        eventually(
            lambda: (
                running.wrong == f"a thread has worked for too long on: an event of {running.root}"
            )
        )
    eventually(lambda: running.wrong == "")


def test_a_thread_that_has_ended_is_told(running):
    running.pipeline._watchers._watchers[str(running.root)]._settler.stop()
    assert running.wrong == "a thread has ended"
