"""A pipeline with its metrics."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ocr_watcher.assemble import assemble
from ocr_watcher.engine.baidu.codes import CODES
from ocr_watcher.events.bus import EventBus
from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.service.metrics.facts import Facts
from ocr_watcher.service.metrics.metrics import Metrics
from ocr_watcher.settings.model import FolderSettings, RetrySettings, Settings
from ocr_watcher.threads.heartbeat import Heartbeats
from ocr_watcher.values.machine import Machine
from tests.engine.fake import FakeEngine
from tests.service.metrics.exposition import Scrape
from tests.simulator.pictures import png
from tests.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from ocr_watcher.values.snapshot import Snapshot

BAD = 'a "quoted"\nfolder \\ with {braces}, \x7f 报告'


class Bench:
    """A pipeline over a folder of a hostile name, and the metrics of its process.

    Attributes:
        machines: The machines of a cluster that read for it.
    """

    def __init__(self, directory: Path) -> None:
        self.root = directory / BAD
        self.root.mkdir()
        self.settings = Settings(
            folders=(FolderSettings(path=self.root),),
            settle_seconds=0.05,
            state_dir=directory / "state",
            workers=1,
            retry=RetrySettings(attempts=1, first_seconds=0.01, longest_seconds=0.01),
        )
        self.ledger = Ledger(directory / "state")
        self.metrics = Metrics()
        self.machines = (Machine(BAD, 1, 2, pages_a_minute=3),)
        self.begin()

    def begin(self, limit: int | None = 10, hang_seconds: float = 60.0) -> None:
        """Makes another pipeline, as a reload does."""
        self.engine = FakeEngine()
        bus = EventBus()
        self.heartbeats = Heartbeats()
        self.pipeline = assemble(
            self.settings,
            self.engine,
            self.ledger,
            bus=bus,
            heartbeats=self.heartbeats,
            hang_seconds=hang_seconds,
        )
        facts = Facts(
            engine="fake",
            endpoints=["general"],
            folders=[str(self.root)],
            snapshot=self._snapshot,
            is_queued=self.pipeline.is_queued,
            codes=CODES,
            daily_limit=limit,
            calls_today=lambda: len(self.engine.calls),
        )
        self.metrics.attach(facts, bus)
        self.pipeline.start()
        self.pipeline.wait_until_watching()

    def end(self) -> None:
        self.engine.release()
        self.pipeline.stop()

    def close(self) -> None:
        self.end()
        self.ledger.close()

    def drop(self, *words: str) -> None:
        for word in words:
            (self.root / f".{word}").write_bytes(png(word))
            (self.root / f".{word}").rename(self.root / f"{word}.png")

    @property
    def now(self) -> Scrape:
        return Scrape(self.metrics.text())

    def _snapshot(self) -> Snapshot:
        return replace(self.pipeline.snapshot(), machines=self.machines)

    def get(self, name: str, **labels: str) -> float:
        return self.now.of(f"ocr_watcher_{name}", **labels)

    def comes(self, value: float, name: str, **labels: str) -> None:
        eventually(lambda: self.get(name, **labels) == value, 20)
