"""The daemon with a cluster that hangs, or with a network that does; and its end."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from tests.daemon.daemon import Daemon, write
from tests.daemon.swallowing import Swallowing
from tests.engine.cluster.machines import Machines, worker_of
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.simulator.server import Simulator

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

PAUSED = "no calls are made"
IMAGES = 6


def daemon_of(machines: Machines, simulator: Simulator, directory: Path) -> Daemon:
    settings = {"engine": "cluster", "cluster": machines.settings, "retry": {"attempts": 1}}
    return Daemon(directory, simulator, settings=settings)


def drop(daemon: Daemon, numbers: Iterable[int]) -> None:
    for number in numbers:
        write(daemon.folder / f"{number}.png", f"number {number}")


def read_all(daemon: Daemon) -> bool:
    """Whether each image has its text, and none lost its only try."""
    assert daemon.error_files() == []
    return len(daemon.texts()) == IMAGES


def send(number: signal.Signals, *processes: int | None) -> None:
    for process in processes:
        assert process is not None
        os.kill(process, number)


def test_where_all_machines_hang_there_is_a_pause_and_all_goes_on_by_itself(
    simulator: Simulator, tmp_path: Path
) -> None:
    with Machines(tmp_path, seconds=1) as machines:
        scheduler, nanny = machines.start_scheduler(), machines.start_worker()
        daemon = daemon_of(machines, simulator, tmp_path)
        with daemon:
            drop(daemon, range(3))
            eventually(daemon.texts)
            members = scheduler.pid, nanny.pid, worker_of(nanny)
            send(signal.SIGSTOP, *members)
            drop(daemon, range(3, IMAGES))
            try:
                eventually(lambda: daemon.says(PAUSED), within=120)
                assert daemon.says("no-scheduler")
            finally:
                send(signal.SIGCONT, *members)
            eventually(lambda: read_all(daemon), within=200)
            assert daemon.stop() == 0


def test_where_the_network_swallows_all_there_is_a_pause_and_all_goes_on_by_itself(
    simulator: Simulator, tmp_path: Path
) -> None:
    with Machines(tmp_path, seconds=1) as machines, Swallowing(machines.port) as network:
        machines.start_scheduler()
        machines.start_worker()
        machines.settings["scheduler"] = f"tcp://127.0.0.1:{network.port}"
        daemon = daemon_of(machines, simulator, tmp_path)
        with daemon:
            drop(daemon, range(3))
            eventually(daemon.texts)
            network.swallow()
            drop(daemon, range(3, IMAGES))
            eventually(lambda: daemon.says(PAUSED), within=120)
            network.forward()
            eventually(lambda: read_all(daemon), within=200)
            assert daemon.stop() == 0


def test_a_daemon_that_is_asked_to_end_waits_for_the_pages_in_flight(
    simulator: Simulator, tmp_path: Path
) -> None:
    with Machines(tmp_path, seconds=5) as machines:
        machines.start_scheduler()
        machines.start_worker()
        daemon = daemon_of(machines, simulator, tmp_path)
        with daemon:
            drop(daemon, range(IMAGES))
            eventually(lambda: len(machines.told()) == 2)
            assert daemon.stop(within=35) == 0
        begun = len(machines.told())
    assert 2 <= len(daemon.texts()) == begun < IMAGES
    assert daemon.error_files() == []


def test_a_daemon_ends_in_time_where_the_network_swallows_all(
    simulator: Simulator, tmp_path: Path
) -> None:
    with Machines(tmp_path, seconds=1) as machines, Swallowing(machines.port) as network:
        machines.start_scheduler()
        machines.start_worker()
        machines.settings["scheduler"] = f"tcp://127.0.0.1:{network.port}"
        daemon = daemon_of(machines, simulator, tmp_path)
        with daemon:
            drop(daemon, range(IMAGES))
            eventually(daemon.texts)
            network.swallow()
            daemon.stop(within=45)
            assert "Traceback" not in daemon.log
    assert daemon.error_files() == []
