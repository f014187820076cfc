"""Measures start and rescan over many finished images, beside a walk through the same folder."""

from __future__ import annotations

import math
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import finished
from benchmarks.daemon import Daemon
from benchmarks.parts.latency import drop
from benchmarks.report import AtMost, Figure
from benchmarks.running import eventually, service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.running import Service
    from benchmarks.stage import Stage

TITLE = "Start and rescan"

_MILLI = 1000
_LONGEST = 3600.0
_AIM = AtMost(2.5)


@dataclass(frozen=True, slots=True)
class _Walk:
    """The cost of a walk through the folder: seconds by the clock, and of the processor."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class _Scan:
    """A scan as the daemon logs it; its begin and end are in seconds since the epoch."""

    begin: float
    end: float


@dataclass(frozen=True, slots=True)
class _Trial:
    daemon: Daemon
    answering: Service
    ledger: Path
    stage: Stage
    label: str

    def figures(self) -> Iterator[Figure]:
        start = self._scan_after(0)
        yield self._start(start, self.daemon.cpu_seconds)
        yield from self._rescans()
        yield self._events()

    def _start(self, first: _Walk, cpu: float) -> Figure:
        walk = _bare_walk(self.daemon.folder)
        return Figure(
            f"{self.label} images: the first scan, times the walk",
            first.wall / walk.wall,
            "",
            f"walk {walk.wall:.2f} s; ready after {self.daemon.ready_after:.2f} s; CPU until the "
            f"scan's end {cpu:.2f} s",
            _AIM,
        )

    def _rescans(self) -> Iterator[Figure]:
        with closing(sqlite3.connect(f"file:{self.ledger}?mode=ro", uri=True)) as watching:
            before = _versions(watching, self.ledger)
            pairs = [
                (self._rescan(), _bare_walk(self.daemon.folder))
                for _ in self.stage.steps(range(self.stage.scaled(5, 3)), "rescans", "scan")
            ]
            writes = _versions(watching, self.ledger) != before
        walk = median(walk.cpu for _scan, walk in pairs)
        for what, ratios in (
            ("by the clock", [scan.wall / walk.wall for scan, walk in pairs]),
            ("of the processor", [scan.cpu / walk.cpu for scan, walk in pairs]),
        ):
            yield Figure(
                f"{self.label} images: a rescan, times the walk, {what}",
                median(ratios),
                "",
                f"walk {walk:.2f} s",
                _AIM,
                {"ratios": ratios},
            )
        yield Figure(
            f"{self.label} images: rescans wrote to the ledger", int(writes), "", aim=AtMost(0)
        )

    def _events(self) -> Figure:
        """Drop images until a scan has begun and ended, and measure those that met it."""
        waits: dict[float, float] = {}
        scans = len(self._scans())
        while len(self._scans()) == scans:
            moment, name = time.time(), f"new-{time.time_ns()}.jpg"
            waits[moment] = drop(self.daemon.folder, name, self.answering) * _MILLI
        last = self._scans()[-1]
        met = [wait for moment, wait in waits.items() if moment + 0.1 > last.begin]
        return Figure(
            f"{self.label} images: latency while a scan is under way, median",
            median(met),
            "ms",
            f"otherwise {median(waits.values()):.1f} ms; the longest {max(met):.0f} ms",
            details={"milliseconds": met},
        )

    def _rescan(self) -> _Walk:
        return self._scan_after(len(self._scans()))

    def _scan_after(self, scans: int) -> _Walk:
        before = self.daemon.cpu_seconds
        eventually(lambda: len(self._scans()) > scans, _LONGEST, every=0.02)
        scan = self._scans()[scans]
        return _Walk(scan.end - scan.begin, self.daemon.cpu_seconds - before)

    def _scans(self) -> list[_Scan]:
        scans = []
        for event in self.daemon.events("scanned"):
            end = datetime.fromisoformat(str(event["time"])).timestamp()
            scans.append(_Scan(end - float(str(event["milliseconds"])) / _MILLI, end))
        return scans


def measure(stage: Stage) -> Iterator[Figure]:
    """Compare each scan of the daemon with a walk right after it."""
    for number in stage.scaled((10_000, 100_000, 1_000_000), (10_000,)):
        with stage.directory("rescan") as directory, service(latency=0) as answering:
            folder = directory / "scans"
            finished.fill(folder, number, stage)
            walk = min((_bare_walk(folder) for _ in range(2)), key=lambda walk: walk.wall)
            # Room between two scans for a walk, and for whatever else is to be measured.
            settings = {"rescan_seconds": math.ceil(10 * walk.wall) + 1}
            with Daemon(directory, answering.url, settings=settings, level="debug") as daemon:
                ledger = daemon.state / "ledger.sqlite"
                yield from _Trial(daemon, answering, ledger, stage, f"{number:,}").figures()


def _bare_walk(folder: Path) -> _Walk:
    wall, cpu = time.perf_counter(), time.process_time()
    finished.walk(folder)
    return _Walk(time.perf_counter() - wall, time.process_time() - cpu)


def _versions(watching: sqlite3.Connection, ledger: Path) -> tuple[object, ...]:
    """Return SQLite's data_version and the log's size, which change if another process writes."""
    log = ledger.with_name(ledger.name + "-wal")
    size = log.stat().st_size if log.exists() else 0
    return (*watching.execute("PRAGMA data_version").fetchone(), size)
