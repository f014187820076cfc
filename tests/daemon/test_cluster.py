"""The daemon with a cluster of processes that are killed at random."""

from __future__ import annotations

import json
import os
import random
import signal
import threading
from typing import TYPE_CHECKING

import pytest

from tests.daemon.daemon import Daemon, write
from tests.engine.cluster.machines import Machines, worker_of
from tests.proc import memory_of
from tests.waiting import eventually

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from tests.simulator.server import Simulator

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

IMAGES, WORKERS, KILLS = 200, 4, 6
WAITING = 1_000
MOST_GROWTH = 60_000_000


def daemon_of(machines: Machines, simulator: Simulator, directory: Path) -> Daemon:
    settings = {"engine": "cluster", "cluster": machines.settings}
    return Daemon(directory, simulator, settings=settings)


def test_all_texts_are_right_however_often_workers_and_the_scheduler_are_killed(
    simulator: Simulator, tmp_path: Path
) -> None:
    chance = random.Random(20_261_129)
    words = {f"d{number % 7}/{number}.png": f"number {number}" for number in range(IMAGES)}
    with Machines(tmp_path, encrypted=True, seconds=0.4) as machines:
        scheduler = machines.start_scheduler()
        nannies = [machines.start_worker() for _ in range(WORKERS)]
        daemon = daemon_of(machines, simulator, tmp_path)
        for name, text in words.items():
            write(daemon.folder / name, text)
        with daemon:
            kills = kill_at_random(machines, daemon, nannies, scheduler, chance)
            eventually(lambda: len(daemon.texts()) == IMAGES, within=300)
            assert daemon.stop() == 0
        assert daemon.texts() == {name: text + "\n" for name, text in words.items()}
        assert daemon.error_files() == daemon.hidden_files() == []
        told = machines.told()
    most = max(told.count(text) for text in words.values())
    assert most <= 1 + kills  # a thread for each worker


def kill_at_random(
    machines: Machines,
    daemon: Daemon,
    nannies: list[subprocess.Popen[bytes]],
    scheduler: subprocess.Popen[bytes],
    chance: random.Random,
) -> int:
    """Kills workers, and in their midst the scheduler, and starts it again; returns how many."""
    for number in range(KILLS):
        enough = (number + 1) * IMAGES // (2 * KILLS)
        eventually(lambda enough=enough: len(daemon.texts()) >= enough, within=120)
        threading.Event().wait(chance.uniform(0, 0.4))  # anywhere within a page
        if number == KILLS // 2:
            scheduler.kill()
            scheduler.wait()
            machines.start_scheduler()
        killed = worker_of(chance.choice(nannies))
        if killed is not None:
            os.kill(killed, signal.SIGKILL)
    # Each worker reads one page at a time, and the end of the scheduler ends all of them.
    return KILLS + WORKERS


def test_the_daemon_has_as_many_workers_as_the_cluster_has_places(
    simulator: Simulator, tmp_path: Path
) -> None:
    with Machines(tmp_path, seconds=8) as machines:
        machines.start_scheduler()
        machines.start_worker(pages=12)
        daemon = daemon_of(machines, simulator, tmp_path)
        for number in range(20):
            write(daemon.folder / f"{number}.png", f"number {number}")
        with daemon:
            eventually(lambda: len(machines.told()) == 12)
            assert daemon.texts() == {}  # none waits for the first page
            daemon.kill()


def test_a_thousand_pages_wait_for_a_worker_without_growth_and_are_done_when_one_comes(
    simulator: Simulator, tmp_path: Path
) -> None:
    with Machines(tmp_path, seconds=0) as machines:
        scheduler = machines.start_scheduler()
        daemon = daemon_of(machines, simulator, tmp_path)
        with daemon:
            eventually(lambda: daemon.says("watching"))
            before = memory_of(daemon.process.pid), memory_of(scheduler.pid)
            for number in range(WAITING):
                write(daemon.folder / f"{number}.png", f"number {number}")
            eventually(lambda: daemon.says("no calls are made"))
            eventually(lambda: _waits(daemon) == WAITING)
            grown = memory_of(daemon.process.pid) - before[0] + memory_of(scheduler.pid) - before[1]
            machines.start_worker(pages=4)
            eventually(lambda: len(daemon.texts()) == WAITING, within=300)
            assert daemon.stop() == 0
    assert grown <= MOST_GROWTH


def _waits(daemon: Daemon) -> int:
    told = json.loads(daemon.beside("status", "--json").stdout)
    waiting: int = told["folders"][0]["waiting"]
    return waiting
