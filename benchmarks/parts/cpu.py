"""Processor time per image, from its file to its sidecar."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from benchmarks import pictures, sdk_environment
from benchmarks.daemon import Daemon
from benchmarks.report import AtLeast, AtMost, Figure
from benchmarks.running import eventually, reference, service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.running import Reference
    from benchmarks.stage import Stage

TITLE = "CPU per image"

_SIZES = {"100 kB": 100_000, "1 MB": 1_000_000, "3 MB": 3_000_000}
_LARGEST = "3 MB"
_MILLI = 1000


def measure(stage: Stage) -> Iterator[Figure]:
    """Let the daemon, the SDK and the bare encoding work on as many images in turns.

    Other work of the machine affects all three. Each round gives one ratio; the figure is the
    median of the ratios.
    """
    with (
        stage.directory("cpu") as directory,
        service(latency=0) as answering,
        reference("bare") as bare,
        reference("sdk", answering.url, python=sdk_environment.python()) as sdk,
        Daemon(directory, answering.url, settings={"workers": 1}) as daemon,
    ):
        contest = _Contest(directory, daemon, bare, sdk)
        contest.round(2, 10_000)  # connections, tokens and caches are made
        for label, size in _SIZES.items():
            rounds = [
                contest.round(stage.scaled(20, 5), size)
                for _ in stage.steps(range(stage.scaled(9, 3)), f"CPU of {label}", "round")
            ]
            yield from _figures(label, rounds)


class _Contest:
    def __init__(self, directory: Path, daemon: Daemon, bare: Reference, sdk: Reference) -> None:
        self._directory = directory
        self._daemon = daemon
        self._bare = bare
        self._sdk = sdk
        self._rounds = 0

    def round(self, number: int, size: int) -> tuple[float, float, float]:
        """Return the seconds for one image: ours, the bare encoding's, the SDK's."""
        self._rounds += 1
        files = {
            who: pictures.make(self._directory / f"{who}-{self._rounds}", number, size)
            for who in ("ours", "bare", "sdk")
        }
        seconds = (
            self._ours(files["ours"]),
            self._bare.work(files["bare"]).cpu,
            self._sdk.work(files["sdk"]).cpu,
        )
        return seconds[0] / number, seconds[1] / number, seconds[2] / number

    def _ours(self, files: list[Path]) -> float:
        before = self._daemon.cpu_seconds
        # Made anew for each round, so that names do not meet those of the last one.
        named = [file.rename(file.with_name(f"{self._rounds}-{file.name}")) for file in files]
        moved = pictures.move(named, self._daemon.folder)
        last = [file.with_name(file.name + ".txt") for file in moved]
        eventually(lambda: all(text.exists() for text in last), 600)
        return self._daemon.cpu_seconds - before


def _figures(label: str, rounds: list[tuple[float, float, float]]) -> Iterator[Figure]:
    largest = label == _LARGEST
    ours, bare, sdk = (median(column) * _MILLI for column in zip(*rounds, strict=True))
    yield Figure(f"{label}: CPU per image", ours, "ms", details={"rounds": rounds})
    yield Figure(
        f"{label}: the SDK takes",
        median(round_[2] / round_[0] for round_ in rounds),
        "times as much",
        against=f"SDK {sdk:.1f} ms",
        aim=AtLeast(20) if largest else None,
    )
    yield Figure(
        f"{label}: times the bare cost",
        median(round_[0] / round_[1] for round_ in rounds),
        "",
        against=f"reading and base64 {bare:.2f} ms",
        aim=AtMost(3),
    )
