"""Measures the page: its time, its memory, and whether visitors can slow the daemon."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import statistics
import subprocess
import sys
import time
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote

from benchmarks import finished, pictures
from benchmarks.daemon import Daemon
from benchmarks.page import texts
from benchmarks.report import AtMost, Figure
from benchmarks.running import ROOT, eventually, service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.stage import Stage

TITLE = "Page"

_WORDS = {
    "a word of every text": texts.COMMON,
    "a word of one text": texts.RARE,
    "a word of no text": "xylophone",
    "two Chinese characters of every text": texts.CHINESE_COMMON,
    "two Chinese characters of one text": texts.CHINESE_RARE,
    "one letter": "e",
}
_TIMES = 20
_QUIET_SECONDS = 3.0
_QUIET_CPU = 0.05

_LATENCY = 0.2
_WORKERS = 16
_SIZE = 20_000
_ROUNDS = 3


def measure(stage: Stage) -> Iterator[Figure]:
    """Measure the page over a folder of finished images, and the rate of images under attack."""
    number = stage.scaled(100_000, 5_000)
    with stage.directory("page") as directory, service(latency=0) as answering:
        finished.fill(
            directory / "scans", number, stage, text=lambda image: texts.text(image, number)
        )
        with _daemon(directory, answering.url, None) as daemon:
            _await_quiet(daemon)
            without = daemon.memory
        port = _free_port()
        with _daemon(directory, answering.url, port) as daemon:
            built = _await_quiet(daemon)
            yield Figure(f"{number:,} finished images: the index is made after", built, "s")
            yield from _asked(number, port)
            with_page = daemon.memory
    yield Figure(
        f"{number:,} finished images: memory more than without the page",
        with_page.resident - without.resident,
        "MB",
        f"{with_page.resident:.1f} and {without.resident:.1f} MB resident, "
        f"{with_page.proportional:.1f} and {without.proportional:.1f} proportional",
        AtMost(25),
    )
    yield _disturbed(stage)


def _daemon(directory: Path, url: str, port: int | None, **settings: object) -> Daemon:
    page = {} if port is None else {"web": {"listen": f"127.0.0.1:{port}"}}
    return Daemon(directory, url, settings={**page, **settings}, level="debug")


def _await_quiet(daemon: Daemon) -> float:
    """Wait until the folder is scanned and no more work is done.

    Returns:
        The seconds until the work ended.
    """
    started = time.monotonic()
    eventually(lambda: any(daemon.events("scanned")), 600, every=0.5)
    eventually(partial(_is_quiet, daemon), 900, every=0)
    return time.monotonic() - started - _QUIET_SECONDS


def _is_quiet(daemon: Daemon) -> bool:
    before = daemon.cpu_seconds
    time.sleep(_QUIET_SECONDS)
    return daemon.cpu_seconds - before < _QUIET_CPU


def _asked(number: int, port: int) -> Iterator[Figure]:
    addresses = {
        "overview": ("/", 50),
        "images, newest first": ("/images", 100),
        "images by a part of the name": ("/images?name=scan-0004", 100),
        **{f"find, {what}": (f"/find?words={quote(word)}", 100) for what, word in _WORDS.items()},
    }
    for what, (address, aim) in addresses.items():
        seconds = [_seconds(port, address) for _ in range(_TIMES)]
        yield Figure(
            f"{number:,} finished images: {what}",
            1000 * statistics.median(seconds),
            "ms",
            f"the longest of {_TIMES} {1000 * max(seconds):.1f} ms",
            AtMost(aim),
            {"seconds": seconds},
        )


def _seconds(port: int, address: str) -> float:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    with contextlib.closing(connection):
        started = time.monotonic()
        connection.request("GET", address)
        answer = connection.getresponse()
        answer.read()
        seconds = time.monotonic() - started
    if answer.status != http.client.OK:
        raise RuntimeError(f"the page answers {answer.status} to {address}")
    time.sleep(0.1)  # the page answers so many requests a second, and no more
    return seconds


def _disturbed(stage: Stage) -> Figure:
    """Compare the rate of images with and without visitors, in turns."""
    alone, disturbed, answers = [], [], []
    for _ in stage.steps(range(stage.scaled(_ROUNDS, 1)), "visitors"):
        alone.append(_rate(stage, None))
        disturbed.append(_rate(stage, answers))
    least, most = statistics.median(disturbed), statistics.median(alone)
    return Figure(
        "528 visitors who want to disturb: the rate of images falls by",
        100 * (1 - least / most),
        "%",
        f"{least:.1f} and {most:.1f} images a second; answers {answers[-1]}",
        AtMost(2),
        {"alone": alone, "disturbed": disturbed, "answers": answers},
    )


def _rate(stage: Stage, answers: list[object] | None) -> float:
    number = round(_WORKERS / _LATENCY * stage.scaled(30, 5))
    port = _free_port()
    with stage.directory("visited") as directory, service(_LATENCY) as answering:
        files = pictures.make(directory / "prepared", number, _SIZE)
        daemon = _daemon(directory, answering.url, port, workers=_WORKERS)
        with daemon, _visitors(port, number * _LATENCY / _WORKERS, answers):
            pictures.move(files, daemon.folder)
            eventually(lambda: answering.number() >= number, 600, every=0.25)
        arrived = sorted(arrived for arrived, _answered in answering.calls())
    kept = arrived[2 * _WORKERS : -2 * _WORKERS]
    return (len(kept) - 1) / (kept[-1] - kept[0])


@contextlib.contextmanager
def _visitors(port: int, seconds: float, answers: list[object] | None) -> Iterator[None]:
    if answers is None:
        yield
        return
    command = [sys.executable, "-m", "benchmarks.page.visitors", str(port), str(seconds)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield
            answers.append(json.loads(process.communicate()[0]))
        finally:
            process.kill()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
