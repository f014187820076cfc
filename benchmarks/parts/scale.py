"""Measures what many machines cost the daemon and the scheduler: CPU, messages and bytes."""

from __future__ import annotations

import contextlib
import io
import json
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks import pictures, process
from benchmarks.cluster import counts
from benchmarks.daemon import Daemon
from benchmarks.report import Figure
from benchmarks.running import ROOT, environment, eventually
from ocr_watcher.commands.certificates import make_certificates

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.stage import Stage

TITLE = "Scale"

_HOST = "localhost"
_WAIT = 600
_IDLE_SECONDS = 10.0
_MILLI = 1000
_KILO = 1000


@dataclass(frozen=True, slots=True)
class _Case:
    """A number of workers of one thread, their seconds for a page, and the pages."""

    workers: int
    seconds: float
    pages: int
    size: int


_CASES = (
    _Case(10, 0.5, 200, 100_000),
    _Case(10, 0.5, 200, 1_000_000),
    _Case(100, 5.0, 300, 1_000_000),
)
_QUICK = (_Case(10, 0.1, 20, 100_000),)


@dataclass(frozen=True, slots=True)
class _Spent:
    """The cost so far: the time, the processor times, and the scheduler's messages and bytes."""

    seconds: float
    daemon: float
    scheduler: float
    messages: float
    bytes: float

    def since(self, before: _Spent) -> _Spent:
        return _Spent(
            self.seconds - before.seconds,
            self.daemon - before.daemon,
            self.scheduler - before.scheduler,
            self.messages - before.messages,
            self.bytes - before.bytes,
        )

    def beyond(self, idle: _Spent) -> _Spent:
        """Return the cost without that of the same time without pages."""
        share = self.seconds / idle.seconds
        return _Spent(
            self.seconds,
            self.daemon - share * idle.daemon,
            self.scheduler - share * idle.scheduler,
            self.messages - share * idle.messages,
            self.bytes - share * idle.bytes,
        )


def measure(stage: Stage) -> Iterator[Figure]:
    """Let a crowd of workers join, wait, and read, with TLS."""
    for case in stage.scaled(_CASES, _QUICK):
        with stage.directory("scale") as directory:
            yield from _case(stage, directory, case)


def _case(stage: Stage, directory: Path, case: _Case) -> Iterator[Figure]:
    cluster = _certified(directory)
    files = pictures.make(directory / "prepared", case.pages, case.size)
    with (
        _member(directory / "scheduler", cluster, "scheduler") as scheduler,
        Daemon(directory, None, settings={"engine": "cluster", "cluster": cluster}) as daemon,
    ):

        def spent() -> _Spent:
            told = counts.counted(directory / "scheduler")
            return _Spent(
                time.monotonic(),
                daemon.cpu_seconds,
                process.cpu_seconds(scheduler),
                told[counts.READ] + told[counts.WRITTEN],
                told[counts.READ_BYTES] + told[counts.WRITTEN_BYTES],
            )

        begun = spent()
        with _member(directory / "crowd", cluster, "crowd", str(case.workers), str(case.seconds)):
            eventually(lambda: _known(daemon) == case.workers, _WAIT)
            joined = spent()
            threading.Event().wait(_IDLE_SECONDS)
            idle = spent()
            with stage.bar(case.pages, f"{case.workers} workers") as bar:
                for file in pictures.move(files, daemon.folder):
                    eventually(file.with_name(file.name + ".txt").exists, _WAIT)
                    bar.update()
            read = spent()
    where = f"{case.workers} workers"
    yield from _joining(where, joined.since(begun), case.workers)
    without_pages = idle.since(joined)
    yield from _waiting(where, without_pages)
    further = read.since(idle).beyond(without_pages)
    yield from _reading(f"{where}, {case.size // _KILO} kB a page", further, case.pages)


def _joining(where: str, spent: _Spent, workers: int) -> Iterator[Figure]:
    yield Figure(f"{where}: a worker joins, CPU of the daemon", _ms(spent.daemon, workers), "ms")
    yield Figure(
        f"{where}: a worker joins, CPU of the scheduler", _ms(spent.scheduler, workers), "ms"
    )
    yield Figure(
        f"{where}: a worker joins, bytes of the scheduler", spent.bytes / workers / _KILO, "kB"
    )


def _waiting(where: str, spent: _Spent) -> Iterator[Figure]:
    share = 100 / spent.seconds
    yield Figure(f"{where}: without pages, CPU of the daemon", share * spent.daemon, "%")
    yield Figure(f"{where}: without pages, CPU of the scheduler", share * spent.scheduler, "%")
    yield Figure(
        f"{where}: without pages, messages of the scheduler",
        spent.messages / spent.seconds,
        "a second",
    )


def _reading(where: str, spent: _Spent, pages: int) -> Iterator[Figure]:
    yield Figure(f"{where}: CPU of the daemon", _ms(spent.daemon, pages), "ms")
    yield Figure(f"{where}: CPU of the scheduler", _ms(spent.scheduler, pages), "ms")
    yield Figure(f"{where}: messages of the scheduler", spent.messages / pages, "a page")
    yield Figure(f"{where}: bytes of the scheduler", spent.bytes / pages / _KILO, "kB a page")


def _ms(seconds: float, by: int) -> float:
    return _MILLI * seconds / by


def _certified(directory: Path) -> dict[str, str]:
    certificates = directory / "certificates"
    with contextlib.redirect_stdout(io.StringIO()):  # which is for the table
        make_certificates(certificates, [_HOST])
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    return {
        "scheduler": f"tls://{_HOST}:{port}",
        "ca_file": str(certificates / "ca.pem"),
        "cert_file": str(certificates / f"{_HOST}.pem"),
        "key_file": str(certificates / f"{_HOST}-key.pem"),
    }


@contextlib.contextmanager
def _member(file: Path, cluster: dict[str, str], *what: str) -> Iterator[int]:
    """Run a member that counts into a file; yield its process id."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.cluster.counted",
        str(file),
        json.dumps(cluster),
        *what,
    ]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as member:
        try:
            yield member.pid
        finally:
            member.kill()


def _known(daemon: Daemon) -> object:
    told = list(daemon.events("the workers of the cluster changed"))
    return told[-1].get("workers") if told else 0
