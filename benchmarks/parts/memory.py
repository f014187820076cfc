"""Measures the memory of an idle daemon, with a full folder, and after many images."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from benchmarks import finished, pictures
from benchmarks.daemon import Daemon
from benchmarks.report import AtMost, Figure
from benchmarks.running import service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.process import Memory
    from benchmarks.stage import Stage

TITLE = "Memory"

_NEVER = 86_400.0
_SIZE = 2_000
_BATCH = 2_000
"""The number of images that are put into the folder at once."""


def measure(stage: Stage) -> Iterator[Figure]:
    """Measure the daemon in three states, each in a process of its own."""
    idle = _idle(stage)
    yield Figure("idle", idle.resident, "MB", _beside(idle), AtMost(60))
    number = stage.scaled(200_000, 10_000)
    waiting = _waiting(stage, number)
    yield Figure(
        f"{number:,} images wait: more than idle",
        waiting.resident - idle.resident,
        "MB",
        _beside(waiting),
        AtMost(60),
    )
    yield _growth(stage)


def _idle(stage: Stage) -> Memory:
    with stage.directory("idle") as directory, Daemon(directory, "http://127.0.0.1:9") as daemon:
        time.sleep(stage.scaled(20, 3))
        return daemon.memory


def _waiting(stage: Stage, number: int) -> Memory:
    with stage.directory("waiting") as directory, service(latency=_NEVER) as answering:
        finished.fill(directory / "scans", number, stage, done=False)
        settings = {"workers": 16}
        with Daemon(directory, answering.url, settings=settings) as daemon:
            # It holds ten thousand of them soon, and then its scan waits until there is room.
            time.sleep(stage.scaled(60, 5))
            return daemon.memory


def _growth(stage: Stage) -> Figure:
    """Drop batch after batch, and compare the memory after the last one with an early one."""
    batches = stage.scaled(50, 5)
    with (
        stage.directory("growth") as directory,
        service(latency=0) as answering,
        Daemon(directory, answering.url, settings={"workers": 16}) as daemon,
        stage.bar(batches * _BATCH, "images done") as bar,
    ):
        held = []
        for batch in range(batches):
            files = pictures.make(directory / f"prepared-{batch}", _BATCH, _SIZE)
            folder = daemon.folder / str(batch)
            folder.mkdir()
            pictures.move(files, folder)
            answering.follow(bar, (batch + 1) * _BATCH)
            held.append(daemon.memory.resident)
        end = daemon.memory
    early = batches // 5
    return Figure(
        f"from {(early + 1) * _BATCH:,} to {batches * _BATCH:,} images done: growth",
        end.resident - held[early],
        "MB",
        _beside(end),
        AtMost(10),
        {"resident": held},
    )


def _beside(memory: Memory) -> str:
    return (
        f"{memory.resident:.0f} MB resident, {memory.proportional:.0f} proportional, "
        f"peak {memory.peak:.0f}"
    )
