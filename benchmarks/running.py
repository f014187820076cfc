"""Processes that a measurement needs, for as long as a context lasts."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import ocr_watcher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tqdm import tqdm

ROOT = Path(ocr_watcher.__file__).parents[1]
"""The directory of the clone, in which ``python -m`` finds the modules."""

_SILENCE = 120.0
"""The seconds without any answer after which a measurement waits no longer."""
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
_UNWANTED = ("OCR_WATCHER_", "PYTHONDONTWRITEBYTECODE")  # installed, the program is compiled


@dataclass(frozen=True, slots=True)
class Service:
    """The service of a measurement.

    Attributes:
        process: The number of its process.
        port: The port of 127.0.0.1 that it listens on.
    """

    process: int
    port: int

    @property
    def url(self) -> str:
        """Its address, as ``baidu.base_url``."""
        return f"http://127.0.0.1:{self.port}"

    def number(self) -> int:
        """Return the number of calls that it has answered."""
        number: int = self._told(since=2**40)["number"]
        return number

    def calls(self, since: int = 0) -> list[tuple[float, float]]:
        """Return when each call came and was answered, by `time.monotonic`.

        Args:
            since: The number of first calls that are left out.
        """
        return [(arrived, answered) for arrived, answered in self._told(since)["calls"]]

    def follow(self, bar: tqdm[NoReturn], number: int) -> None:
        """Show the calls that it answers, until it has answered a number of them.

        Raises:
            TimeoutError: There was no answer for a while.
        """
        while (done := self.number()) < number:
            bar.update(done - bar.n)
            eventually(partial(self._has_more_than, done), _SILENCE, every=0.25)

    def _has_more_than(self, number: int) -> bool:
        return self.number() > number

    def _told(self, since: int) -> dict[str, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            connection.request("GET", f"/calls?since={since}")
            told: dict[str, Any] = json.loads(connection.getresponse().read())
            return told


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of a piece of work.

    Attributes:
        cpu: The seconds of processor time.
        wall: The seconds by the clock.
    """

    cpu: float
    wall: float


class Reference:
    """A process of `benchmarks.reference`, which works on the files that it is given."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def work(self, files: Sequence[Path]) -> Cost:
        """Let it work on some files, and return the cost that it reports."""
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("its pipes are not open")
        self._process.stdin.write(json.dumps(list(map(str, files))) + "\n")
        self._process.stdin.flush()
        return Cost(**json.loads(self._process.stdout.readline()))


@contextlib.contextmanager
def service(latency: float) -> Iterator[Service]:
    """Run a service.

    Args:
        latency: The seconds until it answers.
    """
    with _running([sys.executable, "-m", "benchmarks.service", str(latency)]) as process:
        assert process.stdout is not None  # noqa: S101  tells mypy
        yield Service(process.pid, int(process.stdout.readline()))


@contextlib.contextmanager
def reference(
    module: str, *arguments: object, python: Path | str = sys.executable
) -> Iterator[Reference]:
    """Run a program for comparison.

    Args:
        module: The name of a module of `benchmarks.reference`.
        arguments: The arguments of its command line.
        python: The interpreter of the virtual environment that it needs.
    """
    command = [str(python), "-m", f"benchmarks.reference.{module}", *map(str, arguments)]
    with _running(command) as process:
        yield Reference(process)


def eventually(condition: Callable[[], object], within: float, *, every: float = 0.05) -> None:
    """Wait until a condition holds.

    Raises:
        TimeoutError: It did not hold in time.
    """
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"did not come true within {within} seconds")
        time.sleep(every)


def environment(**variables: str) -> dict[str, str]:
    """Return the environment of this process, without settings of ocr-watcher and proxies."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_UNWANTED) and name.lower() not in _PROXIES
    }
    return kept | variables


@contextlib.contextmanager
def _running(command: Sequence[str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()
