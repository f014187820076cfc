"""A trial: mixed work under faults, for as long as it is asked to last."""

from __future__ import annotations

import random
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.endurance.drops import Dropper
from tests.endurance.incidents import ITS_ENDS, WHILE_IT_LIVES
from tests.endurance.samples import Sample, growth, sample
from tests.endurance.stage import WORKERS, Stage
from tests.endurance.verdict import complaints, unfinished

if TYPE_CHECKING:
    from pathlib import Path

_ENDS_SHARE = 1 / 6
"""The share of the time in which the process is also ended and started again."""
_QUIET_SECONDS = 180.0
_DROPS_A_SECOND = 4


@dataclass
class Result:
    """What came of a trial.

    Attributes:
        files: The number of files that lie in the folders at the end.
        calls: The number of calls.
        billed: The number of calls that were billed.
        incidents: The number of incidents.
        complaints: What is not as it must be, a sentence each.
        samples: What the process held.
    """

    files: int = 0
    calls: int = 0
    billed: int = 0
    incidents: int = 0
    complaints: list[str] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)


def run(directory: Path, seconds: float, seed: int) -> Result:
    """Run a trial.

    Args:
        directory: The directory for everything; it must be empty.
        seconds: How long there is work.
        seed: The seed of all choices.
    """
    result, chance = Result(), random.Random(seed)
    with Stage(directory, chance) as stage:
        dropper = Dropper(stage.folders, chance)
        begin = time.monotonic()
        while (passed := time.monotonic() - begin) < seconds:
            _meet_an_incident(stage, dropper, result, may_end=passed < seconds * _ENDS_SHARE)
            if passed >= seconds * _ENDS_SHARE:
                result.samples.append(sample(stage.daemon.process.pid, passed))
            _show(result, dropper, passed)
        _wait_until_quiet(dropper)
        result.complaints += complaints(dropper, stage, lost=stage.kills * WORKERS)
        result.samples.append(sample(stage.daemon.process.pid, time.monotonic() - begin))
        result.files = len(dropper.expected)
        calls = stage.simulator.calls
        result.calls, result.billed = len(calls), sum(call.billed for call in calls)
        if stage.daemon.stop(60) != 0:
            result.complaints.append("the daemon did not end well")
    if len(result.samples) >= 20:
        result.complaints += growth(result.samples)
    return result


def _meet_an_incident(stage: Stage, dropper: Dropper, result: Result, *, may_end: bool) -> None:
    incident = stage.chance.choice([*WHILE_IT_LIVES, *(ITS_ENDS if may_end else ())])
    result.incidents += 1
    with incident(stage):
        _work(dropper, stage.chance.uniform(2, 15))
    _work(dropper, stage.chance.uniform(2, 10))


def _work(dropper: Dropper, seconds: float) -> None:
    end, pause = time.monotonic() + seconds, threading.Event()
    while time.monotonic() < end:
        dropper.act()
        pause.wait(1 / _DROPS_A_SECOND)


def _wait_until_quiet(dropper: Dropper) -> None:
    end, pause = time.monotonic() + _QUIET_SECONDS, threading.Event()
    while unfinished(dropper) and time.monotonic() < end:
        pause.wait(1)


def _show(result: Result, dropper: Dropper, passed: float) -> None:
    last = result.samples[-1] if result.samples else None
    held = (
        ""
        if last is None
        else (f", {last.memory:.0f} MiB, {last.threads} threads, {last.descriptors} descriptors")
    )
    sys.stderr.write(
        f"{passed:6.0f} s: {len(dropper.expected)} files, {result.incidents} incidents{held}\n"
    )
