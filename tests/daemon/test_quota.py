"""When the quota is used up, very few calls are made, and `status` and `why` give the reason."""

from __future__ import annotations

import json
import threading
import time
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from tests.daemon.daemon import WORKERS, Daemon, write
from tests.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.server import Simulator

_DAY = 86_400
_BEIJING = 8 * 3600


@pytest.mark.parametrize("later", [3, pytest.param(120, marks=pytest.mark.slow)])
def test_at_most_three_calls_are_made_whatever_comes(
    later: int, simulator: Simulator, tmp_path: Path
) -> None:
    simulator.quota = 0
    daemon = Daemon(tmp_path, simulator)
    for number in range(10 * WORKERS):
        write(daemon.folder / f"{number}.png", f"number {number}")
    with daemon:
        eventually(lambda: daemon.says("no calls are made"))
        for number in range(later):
            write(daemon.folder / f"later-{number}.png", f"later {number}")
            threading.Event().wait(0.5)
    with daemon:  # a restart asks once more: the quota may have been bought meanwhile
        eventually(lambda: daemon.says("no calls are made"))
    assert 1 <= len(simulator.calls) <= 3
    assert daemon.error_files() == []


def test_until_after_the_next_midnight_in_beijing(simulator: Simulator, tmp_path: Path) -> None:
    simulator.quota = 0
    started = time.time()
    with Daemon(tmp_path, simulator) as daemon:
        image = write(daemon.folder / "a.png", "words")
        eventually(lambda: '"paused"' in daemon.beside("status", "--json").stdout)
        engine = json.loads(daemon.beside("status", "--json").stdout)["engine"]
        told = daemon.beside("why", image).stdout
    until = datetime.fromisoformat(engine["until"]).timestamp()
    midnight = started + _DAY - (started + _BEIJING) % _DAY
    assert 60 <= until - midnight <= 130 or until - midnight >= _DAY  # or it struck meanwhile
    assert f"engine paused until {engine['until']} because {engine['reason']}; " in told
    assert engine["remedy"] in told


def test_a_daily_limit_of_ours_holds_over_restarts(simulator: Simulator, tmp_path: Path) -> None:
    daemon = Daemon(tmp_path, simulator, settings={"baidu": {"daily_limit": 5}})
    for number in range(20):
        write(daemon.folder / f"{number}.png", f"number {number}")
    with daemon:
        eventually(lambda: daemon.says("the daily limit of 5 calls is reached"))
        eventually(lambda: len(daemon.texts()) == 5)
        daemon.stop()
    ended = daemon.once()
    assert ended.stdout.startswith("0 recognised, 0 failed, 15 waiting")
    assert "the daily limit of 5 calls is reached" in ended.stderr
    assert len(simulator.calls) == 5
