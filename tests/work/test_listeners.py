"""A listener can neither delay nor fail the work of a pipeline."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.assemble import assemble
from ocr_watcher.events.bus import EventBus
from ocr_watcher.events.model import AttemptEnded, CallEnded, Event, FolderScanned, PageBegan
from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.settings.model import FolderSettings, Settings
from ocr_watcher.values.snapshot import Counts
from tests.engine.fake import FakeEngine
from tests.simulator.pictures import png

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ocr_watcher.pipeline import Pipeline

IMAGES = 40
KINDS = (AttemptEnded, CallEnded, FolderScanned, PageBegan)


class Bench:
    """A folder with images in it, its pipeline, and the bus that others may listen to."""

    def __init__(self, pipeline: Pipeline, root: Path, bus: EventBus) -> None:
        self.pipeline = pipeline
        self.root = root
        self.bus = bus

    @property
    def texts(self) -> int:
        return len(list(self.root.glob("*.txt")))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    root = tmp_path / "scans"
    root.mkdir()
    for number in range(IMAGES):
        (root / f"{number}.png").write_bytes(png(f"page {number}"))
    settings = Settings(
        folders=(FolderSettings(path=root),),
        settle_seconds=0.05,
        state_dir=tmp_path / "state",
        workers=2,
    )
    with Ledger(tmp_path / "state") as ledger, EventBus() as bus:
        bench = Bench(assemble(settings, FakeEngine(), ledger, bus=bus), root, bus)
        yield bench
        bench.pipeline.stop()


@pytest.fixture
def never() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def fail(_event: Event) -> None:
    raise ZeroDivisionError


@pytest.mark.timeout(60)
def test_one_that_blocks_for_ever_and_one_that_raises_cost_no_image_and_are_told_once(
    bench, never, caplog
):
    blocked = bench.bus.in_background(lambda _: never.wait(), name="webhook", most=10)
    in_background = bench.bus.in_background(fail, name="metrics")
    for kind in KINDS:
        bench.bus.listen(kind, fail)
        bench.bus.listen(kind, blocked)
        bench.bus.listen(kind, in_background)
    bench.pipeline.drain()
    assert bench.texts == IMAGES
    assert bench.pipeline.snapshot().counts == Counts(done=IMAGES)
    assert bench.pipeline.stop()
    assert not bench.bus.close(0.2)
    told = [(record.getMessage(), record.fields["listener"]) for record in caplog.records]
    assert sorted(told) == [
        ("a listener did not end in time and is left behind", "webhook"),
        ("a listener does not keep up, so events are dropped for it", "webhook"),
        ("a listener failed, and the work goes on: ZeroDivisionError", "fail"),
        ("a listener failed, and the work goes on: ZeroDivisionError", "metrics"),
    ]


def test_one_that_is_slow_gets_every_event_that_fits_in_their_order(bench):
    got: list[Event] = []
    slow = threading.Event()

    def write_down(event: Event) -> None:
        slow.wait(0.001)
        got.append(event)

    listener = bench.bus.in_background(write_down, name="webhook")
    bench.bus.listen(AttemptEnded, listener)
    bench.bus.listen(CallEnded, listener)
    bench.pipeline.drain()
    assert bench.bus.close(30)
    assert sum(isinstance(event, AttemptEnded) for event in got) == IMAGES
    assert sum(isinstance(event, CallEnded) for event in got) == IMAGES
    assert isinstance(got[0], CallEnded)
