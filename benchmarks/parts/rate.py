"""Measures whether the rate of calls that is set is reached, and never passed."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from benchmarks import pictures
from benchmarks.daemon import Daemon
from benchmarks.report import AtLeast, AtMost, Figure
from benchmarks.running import service

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.stage import Stage

TITLE = "Rate"

_LATENCY = 0.2
_SIZE = 20_000
_RATES = {5: 4, 50: 64}  # calls a second, and workers that could make more


def measure(stage: Stage) -> Iterator[Figure]:
    """Let the daemon work off a full folder with ``baidu.qps`` set."""
    for rate, workers in _RATES.items():
        first, *arrived = _arrivals(stage, rate, workers)  # until it is answered, it is alone
        reached = (len(arrived) - 1) / (arrived[-1] - arrived[0])
        yield Figure(
            f"qps {rate}: reached",
            100 * reached / rate,
            "%",
            against=f"{reached:.2f} calls a second",
            aim=AtLeast(99),
        )
        yield Figure(
            f"qps {rate}: most in any second",
            most_in_a_second([first, *arrived]),
            "calls",
            aim=AtMost(rate + 1),
        )


def most_in_a_second(moments: Sequence[float]) -> int:
    """Count the moments in the fullest second, wherever it begins.

    Args:
        moments: The moments in order, in seconds.
    """
    return max(bisect_left(moments, moment + 1) - index for index, moment in enumerate(moments))


def _arrivals(stage: Stage, rate: int, workers: int) -> list[float]:
    number = rate * stage.scaled(30, 6)
    with stage.directory("rate") as directory, service(_LATENCY) as answering:
        files = pictures.make(directory / "prepared", number, _SIZE)
        settings = {"workers": workers, "baidu": {"base_url": answering.url, "qps": rate}}
        with Daemon(directory, answering.url, settings=settings) as daemon:
            pictures.move(files, daemon.folder)
            with stage.bar(number, f"qps {rate}") as bar:
                answering.follow(bar, number)
        return sorted(arrived for arrived, _answered in answering.calls())
