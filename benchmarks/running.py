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
"""The clone: what ``python -m`` is to find lies here."""

_SILENCE = 120.0
"""Seconds without any answer, after which nothing more is waited for."""
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
_UNWANTED = ("OCR_WATCHER_", "PYTHONDONTWRITEBYTECODE")  # installed, the program is compiled


@dataclass(frozen=True, slots=True)
class Service:
    """The service of a measurement.

    Attributes:
        process: Its process.
        port: The port of 127.0.0.1 that it listens on.
    """

    process: int
    port: int

    @property
    def url(self) -> str:
        """Its address, as ``baidu.base_url``."""
        return f"http://127.0.0.1:{self.port}"

    def number(self) -> int:
        """How many calls it has answered."""
        number: int = self._told(since=2**40)["number"]
        return number

    def calls(self, since: int = 0) -> list[tuple[float, float]]:
        """When each call came and was answered, by `time.monotonic`.

        Args:
            since: How many of the first are left out.
        """
        return [(arrived, answered) for arrived, answered in self._told(since)["calls"]]

    def follow(self, bar: tqdm[NoReturn], number: int) -> None:
        """Shows the calls it answers, until there were so many.

        Raises:
            TimeoutError: For a while there was none.
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
    """What a piece of work took.

    Attributes:
        cpu: Seconds of processor time.
        wall: Seconds by the clock.
    """

    cpu: float
    wall: float


class Reference:
    """A process of `benchmarks.reference`, which works on the files it is told to."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def work(self, files: Sequence[Path]) -> Cost:
        """Has it work on some files, and tells what that cost by its own account."""
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("its pipes are not open")
        self._process.stdin.write(json.dumps(list(map(str, files))) + "\n")
        self._process.stdin.flush()
        return Cost(**json.loads(self._process.stdout.readline()))


@contextlib.contextmanager
def service(latency: float) -> Iterator[Service]:
    """Runs a service.

    Args:
        latency: Seconds until it answers.
    """
    with _running([sys.executable, "-m", "benchmarks.service", str(latency)]) as process:
        assert process.stdout is not None  # noqa: S101  tells mypy
        yield Service(process.pid, int(process.stdout.readline()))


@contextlib.contextmanager
def reference(
    module: str, *arguments: object, python: Path | str = sys.executable
) -> Iterator[Reference]:
    """Runs something to compare with.

    Args:
        module: One of `benchmarks.reference`.
        arguments: Its command line.
        python: The interpreter, of the virtual environment it needs.
    """
    command = [str(python), "-m", f"benchmarks.reference.{module}", *map(str, arguments)]
    with _running(command) as process:
        yield Reference(process)


def eventually(condition: Callable[[], object], within: float, *, every: float = 0.05) -> None:
    """Waits until a condition holds.

    Raises:
        TimeoutError: It did not in time.
    """
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"did not come true within {within} seconds")
        time.sleep(every)


def environment(**variables: str) -> dict[str, str]:
    """This process's environment, without settings of ocr-watcher and without proxies."""
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
