"""Compares the daemon with the script that people write today, over one folder of scans."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING

from benchmarks import pictures, sdk_environment
from benchmarks.daemon import Daemon
from benchmarks.process import cpu_seconds
from benchmarks.report import Figure
from benchmarks.running import ROOT, Cost, environment, eventually, service

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from benchmarks.stage import Stage

TITLE = "Beside a script"

_LATENCY = 0.2
_SIZE = 300_000
_WORKERS = (4, 16)


def measure(stage: Stage) -> Iterator[Figure]:
    """Give a thousand images at once to the script, and to the daemon."""
    number = stage.scaled(1000, 60)
    script = _of_the_script(stage, number)
    yield Figure("the script: all texts are there after", script.wall, "s")
    yield Figure("the script: CPU per image", 1000 * script.cpu / number, "ms")
    for workers in _WORKERS:
        ours = _of_the_daemon(stage, number, workers)
        yield Figure(
            f"workers: {workers}, all texts are there after",
            ours.wall,
            "s",
            f"script {script.wall:.0f} s",
        )
        yield Figure(
            f"workers: {workers}, CPU per image",
            1000 * ours.cpu / number,
            "ms",
            f"script {1000 * script.cpu / number:.0f} ms",
        )


def _of_the_daemon(stage: Stage, number: int, workers: int) -> Cost:
    with stage.directory("ours") as directory, service(_LATENCY) as answering:
        # All else as it comes, but for the rate, which is the account's and no speed of ours.
        settings = {"workers": workers, "settle_seconds": 2}
        with Daemon(directory, answering.url, settings=settings) as daemon:
            return _cost(stage, directory, daemon.folder, number, lambda: daemon.cpu_seconds)


def _of_the_script(stage: Stage, number: int) -> Cost:
    with stage.directory("script") as directory, service(_LATENCY) as answering:
        folder = directory / "scans"
        folder.mkdir()
        with subprocess.Popen(
            [sdk_environment.python(), "-m", "benchmarks.reference.script", answering.url, folder],
            cwd=ROOT,
            env=environment(),
            stdout=subprocess.PIPE,
        ) as script:
            try:
                assert script.stdout is not None  # noqa: S101  tells mypy
                script.stdout.readline()
                return _cost(stage, directory, folder, number, lambda: cpu_seconds(script.pid))
            finally:
                script.kill()


def _cost(
    stage: Stage, directory: Path, folder: Path, number: int, cpu: Callable[[], float]
) -> Cost:
    files = pictures.make(directory / "prepared", number, _SIZE)
    before, started = cpu(), time.monotonic()
    texts = [file.with_name(f"{file.name}.txt") for file in pictures.move(files, folder)]
    with stage.bar(number, folder.parent.name) as bar:
        for text in texts:
            eventually(text.exists, 600)
            bar.update()
    return Cost(cpu() - before, time.monotonic() - started)
