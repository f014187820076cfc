"""Measures the images a second with a slow service: does each worker have a call in flight?"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks import pictures
from benchmarks.daemon import Daemon
from benchmarks.process import cpu_seconds
from benchmarks.report import AtLeast, Figure
from benchmarks.running import ROOT, eventually, service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.stage import Stage

TITLE = "Throughput"

_LATENCY = 0.2
_SIZE = 20_000
_AIMS = {16: AtLeast(95), 64: AtLeast(90), 256: None}  # per cent of workers / latency
_MOST = 9_000
"""The most images of a run: the program holds ten thousand, and has to scan for more."""


@dataclass(frozen=True, slots=True)
class _Run:
    workers: int
    rate: float
    cpu: float
    service_cpu: float

    @property
    def percent(self) -> float:
        return 100 * self.rate / (self.workers / _LATENCY)


def measure(stage: Stage) -> Iterator[Figure]:
    """Let the daemon work off a full folder with 16, 64 and 256 workers."""
    for workers, aim in _AIMS.items():
        run = _run(stage, workers)
        yield Figure(
            f"workers: {workers}, share of workers ÷ latency",
            run.percent,
            "%",
            against=f"{run.rate:.0f} of {workers / _LATENCY:.0f} images a second; processors: "
            f"ours {run.cpu:.2f}, the service's {run.service_cpu:.2f}",
            aim=aim,
        )
    yield _service_alone(stage)


def _run(stage: Stage, workers: int) -> _Run:
    expected = workers / _LATENCY
    number = min(_MOST, round(expected * stage.scaled(20, 5)))
    with stage.directory("throughput") as directory, service(_LATENCY) as answering:
        files = pictures.make(directory / "prepared", number, _SIZE)
        with Daemon(directory, answering.url, settings={"workers": workers}) as daemon:
            pictures.move(files, daemon.folder)
            eventually(lambda: answering.number() >= 2 * workers, 120)
            used = daemon.cpu_seconds, cpu_seconds(answering.process)
            with stage.bar(number, f"{workers} workers") as bar:
                answering.follow(bar, number - workers)
            seconds = _seconds(answering.calls(), workers)
            spent = daemon.cpu_seconds - used[0], cpu_seconds(answering.process) - used[1]
        return _Run(
            workers, (number - 3 * workers) / seconds, spent[0] / seconds, spent[1] / seconds
        )


def _seconds(calls: list[tuple[float, float]], workers: int) -> float:
    """Return the seconds of the calls without the first ones and the last ones."""
    answered = sorted(answered for _arrived, answered in calls)
    return answered[-workers] - answered[2 * workers]


def _service_alone(stage: Stage) -> Figure:
    """Measure how many calls the service takes from callers that do nothing else."""
    most = max(_AIMS)
    with service(_LATENCY) as answering:
        command = [sys.executable, "-m", "benchmarks.load", str(answering.port), str(most)]
        command += [str(_SIZE * 4 // 3), str(stage.scaled(10, 3))]
        told = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)
        rate = float(told.stdout)
    return Figure(
        f"the service alone: {most} callers that do nothing else",
        100 * rate * _LATENCY / most,
        "%",
        against=f"{rate:.0f} calls a second",
        aim=AtLeast(95),
    )
