"""Measures the processor time of the daemon while nothing happens."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from benchmarks import finished
from benchmarks.daemon import Daemon
from benchmarks.report import AtMost, Figure
from benchmarks.running import eventually, service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.stage import Stage

TITLE = "Idle"

_MINUTE = 60.0


def measure(stage: Stage) -> Iterator[Figure]:
    """Watch a daemon between two rescans, over a folder of finished images."""
    number, seconds = stage.scaled((100_000, _MINUTE), (10_000, _MINUTE / 4))
    with stage.directory("idle") as directory, service(latency=0) as answering:
        finished.fill(directory / "scans", number, stage)
        with Daemon(directory, answering.url, level="debug") as daemon:
            eventually(lambda: any(daemon.events("scanned")), 600, every=0.5)
            before = daemon.cpu_seconds
            for _ in stage.steps(range(round(seconds)), "idle", "s"):
                time.sleep(1)
            used = daemon.cpu_seconds - before
    yield Figure(
        f"{number:,} finished images: CPU in a minute",
        used * _MINUTE / seconds,
        "s",
        f"watched for {seconds:.0f} s",
        AtMost(0.2),
    )
