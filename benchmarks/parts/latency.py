"""Measures how long a person waits, from the close of a file to the appearance of its text."""

from __future__ import annotations

import os
import random
import time
from statistics import median, quantiles
from typing import TYPE_CHECKING

from benchmarks import pictures
from benchmarks.arrivals import Arrivals
from benchmarks.daemon import Daemon
from benchmarks.report import AtMost, Figure
from benchmarks.running import service

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from benchmarks.running import Service
    from benchmarks.stage import Stage

TITLE = "Latency"

_LATENCY = 0.05
_SIZE = 100_000
_MILLI = 1000


def measure(stage: Stage) -> Iterator[Figure]:
    """Write one file after the other, in turns with the same files without the program."""
    number = stage.scaled(300, 40)
    with (
        stage.directory("latency") as directory,
        service(_LATENCY) as answering,
        Daemon(directory, answering.url) as daemon,
    ):
        waits, bare = [], []
        drop(daemon.folder, "warm.jpg", answering)
        for index in stage.steps(range(number), "latency", "image"):
            waits.append(drop(daemon.folder, f"scan-{index}.jpg", answering) * _MILLI)
            bare.append(_write_durably(directory, b"its text\n") * _MILLI)
    beside = f"a durable write alone {median(bare):.1f} ms"
    yield Figure("median", median(waits), "ms", beside, AtMost(10), {"milliseconds": waits})
    beside = f"a durable write alone {percentile(bare, 99):.1f} ms"
    yield Figure("99th percentile", percentile(waits, 99), "ms", beside, AtMost(50))


def drop(folder: Path, name: str, answering: Service) -> float:
    """Write an image into a watched folder and wait for its text.

    Returns:
        The seconds from its close to the text's appearance, less those that the service took.
    """
    before = answering.number()
    time.sleep(random.uniform(0.005, 0.05))  # so that it keeps no beat with any timer
    with Arrivals(folder) as arrivals:
        (folder / name).write_bytes(pictures.jpeg(_SIZE))
        closed = time.monotonic()
        appeared = arrivals.wait_for(f"{name}.txt")
    ((arrived, answered),) = answering.calls(before)
    return appeared - closed - (answered - arrived)


def percentile(values: Sequence[float], share: int) -> float:
    """Return the value that a share of all values, in per cent, do not pass."""
    return quantiles(values, n=100, method="inclusive")[share - 1]


def _write_durably(directory: Path, content: bytes) -> float:
    """Write a small file as a sidecar is written: whole, and still there after a power cut.

    Returns:
        The seconds until it had its name.
    """
    started, temporary = time.monotonic(), directory / "durable.tmp"
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(directory / "durable")
    return time.monotonic() - started
