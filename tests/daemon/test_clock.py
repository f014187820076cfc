"""A real daemon whose wall clock is set, by libfaketime, while it waits."""

from __future__ import annotations

import json
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.daemon.daemon import Daemon, write
from tests.simulator.faults import ErrorCode, Silence
from tests.waiting import eventually

if TYPE_CHECKING:
    from tests.simulator.server import Simulator

HOUR, DAY = 3600, 86_400
LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
PAUSES = {"quota": 17, "account": 6, "unknown": 336_007}

SET_BY = [-8 * HOUR, -400 * DAY, 8 * HOUR, 400 * DAY]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not LIBRARIES, reason="libfaketime is not installed"),
]


class Clock:
    """The wall clock of a process, which a file sets."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.set_by = 0
        self.set(0)

    def set(self, seconds: int) -> None:
        """Sets it ahead of the true one."""
        self.set_by = seconds
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{seconds:+d}\n", "ascii")
        fresh.rename(self._file)

    def now(self) -> float:
        return time.time() + self.set_by

    @property
    def variables(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(LIBRARIES[-1]),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    return Clock(tmp_path / "clock")


def seconds_of(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


@pytest.mark.parametrize("kind", PAUSES)
@pytest.mark.parametrize("seconds", SET_BY)
def test_in_a_pause_one_call_is_tried_at_once_and_status_stays_sensible(
    simulator: Simulator, tmp_path: Path, clock: Clock, kind: str, seconds: int
) -> None:
    simulator.fault = lambda _call: ErrorCode(PAUSES[kind], "not now")
    # As slow as people have it: else the first image may be at its last try before the third comes.
    retry = {"attempts": 5, "first_seconds": 1, "longest_seconds": 5}
    daemon = Daemon(tmp_path, simulator, settings={"retry": retry}, variables=clock.variables)
    images = [write(daemon.folder / f"{n}.png", f"number {n}") for n in range(3)]
    with daemon:
        eventually(lambda: daemon.says("no calls are made"))
        simulator.fault = lambda _call: Silence()
        clock.set(seconds)
        engine = json.loads(daemon.process_beside("status", "--json").stdout)["engine"]
        assert seconds_of(engine["since"]) <= clock.now()
        assert -2 * HOUR <= seconds_of(engine["until"]) - clock.now() <= DAY + 120 or seconds > 0
        assert "engine paused until" in daemon.process_beside("why", images[0]).stdout
        eventually(lambda: simulator.inside == 1)
        simulator.fault = None
        simulator.release()
        eventually(lambda: len(daemon.texts()) == len(images))
        assert simulator.token_fetches == 1
        assert daemon.stop() == 0
    assert daemon.error_files() == []


@pytest.mark.parametrize("seconds", SET_BY)
def test_a_retry_comes_when_its_seconds_have_passed(
    simulator: Simulator, tmp_path: Path, clock: Clock, seconds: int
) -> None:
    retry = {"attempts": 5, "first_seconds": 2, "longest_seconds": 2}
    simulator.next_faults.append(ErrorCode(216630))
    with Daemon(
        tmp_path, simulator, settings={"retry": retry}, variables=clock.variables
    ) as daemon:
        image = write(daemon.folder / "a.png", "words")
        eventually(lambda: len(simulator.calls) == 1)
        clock.set(seconds)
        told = daemon.process_beside("why", image).stdout
        eventually(daemon.texts, within=10)
        later = write(daemon.folder / "b.png", "more words")
        eventually(later.with_name("b.png.txt").exists, within=10)
    if ": retry " in told:
        at = seconds_of(told.split(" at ")[1].split(" after ")[0])
        assert abs(at - clock.now()) < 20 or seconds > 0
