"""Pages on a cluster: are all of its threads busy, and what does a page cost the daemon?"""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import pictures
from benchmarks.cluster.members import MODELS, SLOW, cluster
from benchmarks.cluster.slow import SECONDS
from benchmarks.daemon import Daemon
from benchmarks.local.specimens import further
from benchmarks.report import AtLeast, Figure
from benchmarks.running import eventually, service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.stage import Stage

TITLE = "Cluster"

_SIZE = 1_000_000
_AIMS = {(1, 1): 0.95, (4, 1): 0.95, (4, 4): 0.9}
"""The aim for the share of the threads' time, by the number of workers and of threads of each."""
_PAGES_A_THREAD = 40
_MILLI = 1000
_PROCESSES = 2


def measure(stage: Stage) -> Iterator[Figure]:
    """Let workers that take half a second a page work off a folder; then let the real models."""
    for (workers, threads), aim in _AIMS.items():
        yield from _busy(stage, workers, threads, aim)
    yield _of_baidu(stage)
    yield _models(stage)


def _busy(stage: Stage, workers: int, threads: int, aim: float) -> Iterator[Figure]:
    total = workers * threads
    number = total * stage.scaled(_PAGES_A_THREAD, 10)
    with stage.directory("cluster") as directory:
        told = directory / "told"
        files = pictures.make(directory / "prepared", number, _SIZE)
        with (
            cluster(told, workers, pages=threads, preload=SLOW) as address,
            _daemon(directory, address) as daemon,
        ):
            _await_workers(daemon, workers)
            before = daemon.cpu_seconds
            with stage.bar(number, f"{total} threads") as bar:
                moved = pictures.move(files, daemon.folder)
                for file in moved:
                    eventually(_text_of(file).exists, 600)
                    bar.update()
            spent = daemon.cpu_seconds - before
        begun = sorted(map(float, told.read_text("utf-8").split()))
    # Without the first and the last pages, which find some threads without work.
    kept = begun[total:-total]
    rate = (len(kept) - 1) / (kept[-1] - kept[0])
    where = f"{workers} workers with {threads} threads, 1 MB a page"
    ideal = total / SECONDS
    yield Figure(
        f"{where}: share of threads ÷ {SECONDS} s",
        rate / ideal,
        "",
        f"{rate:.1f} of {ideal:.0f} pages a second",
        AtLeast(aim),
    )
    yield Figure(f"{where}: the daemon's CPU per page", _MILLI * spent / number, "ms")


def _of_baidu(stage: Stage) -> Figure:
    number = stage.scaled(200, 20)
    with stage.directory("cluster") as directory, service(SECONDS) as answering:
        files = pictures.make(directory / "prepared", number, _SIZE)
        with Daemon(directory, answering.url, settings={"workers": 16}) as daemon:
            before = daemon.cpu_seconds
            for file in pictures.move(files, daemon.folder):
                eventually(_text_of(file).exists, 600)
            spent = daemon.cpu_seconds - before
    return Figure(
        "Baidu's engine, 1 MB a page: the daemon's CPU per page", _MILLI * spent / number, "ms"
    )


def _models(stage: Stage) -> Figure:
    """Compare two workers with two daemons, each with models of one thread, in turns."""
    rounds = [
        (_seconds_on_cluster(stage, number), _seconds_here(stage, number))
        for number in stage.steps(range(stage.scaled(3, 1)), "real models", "round")
    ]
    cluster_seconds = median(seconds for seconds, _ in rounds)
    here_seconds = median(seconds for _, seconds in rounds)
    return Figure(
        "real models, two workers of one thread: pages a minute, times two processes here",
        here_seconds / cluster_seconds,
        "",
        f"{here_seconds:.1f} and {cluster_seconds:.1f} s for as many pages",
        AtLeast(0.9),
        {"rounds": rounds},
    )


def _pages(stage: Stage, directory: Path, first: int) -> list[Path]:
    return [page.page.picture for page in further(directory, first, stage.scaled(16, 4))]


def _seconds_on_cluster(stage: Stage, number: int) -> float:
    with stage.directory("on-cluster") as directory:
        files = _pages(stage, directory, 3000 + 100 * number)
        with (
            cluster(directory / "told", _PROCESSES, pages=1, preload=MODELS) as address,
            _daemon(directory, address) as daemon,
        ):
            _await_workers(daemon, _PROCESSES)
            return _until_read(files, [daemon])


def _seconds_here(stage: Stage, number: int) -> float:
    settings = {"local": {"threads": 1}}
    with stage.directory("here") as directory:
        files = _pages(stage, directory, 3000 + 100 * number)
        for each in ("one", "two"):
            (directory / each).mkdir()
        with (
            Daemon(directory / "one", None, settings=settings) as one,
            Daemon(directory / "two", None, settings=settings) as two,
        ):
            return _until_read(files, [one, two])


def _until_read(files: list[Path], daemons: list[Daemon]) -> float:
    """Give the files to daemons in turns; return the seconds until all have their texts."""
    moved = []
    started = time.monotonic()
    for number, file in enumerate(files):
        moved += pictures.move([file], daemons[number % len(daemons)].folder)
    for file in moved:
        eventually(_text_of(file).exists, 600)
    return time.monotonic() - started


def _daemon(directory: Path, address: str) -> Daemon:
    settings = {"engine": "cluster", "cluster": {"scheduler": address}}
    return Daemon(directory, None, settings=settings)


def _await_workers(daemon: Daemon, number: int) -> None:
    """Wait until the daemon knows a number of workers."""
    eventually(lambda: any(daemon.events("the workers of the cluster changed")), 60)
    eventually(lambda: _workers_told(daemon) == number, 60)


def _workers_told(daemon: Daemon) -> object:
    return list(daemon.events("the workers of the cluster changed"))[-1].get("workers")


def _text_of(file: Path) -> Path:
    return file.with_name(file.name + ".txt")
