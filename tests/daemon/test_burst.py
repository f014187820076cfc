"""More images than the kernel keeps events for, while nobody listens: none is missed."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.daemon.daemon import write
from tests.daemon.mounted import MountedDaemon
from tests.waiting import eventually

if TYPE_CHECKING:
    from tests.simulator.server import Simulator

MOUNT = "mount -t tmpfs none scans"
SETTINGS = {"workers": 16, "rescan_seconds": 10}


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.usefixtures("mounts")
def test_none_is_missing_of_those_that_came_while_it_was_stopped(
    simulator: Simulator, tmp_path: Path
) -> None:
    images = 30_000
    most_events = Path("/proc/sys/fs/inotify/max_queued_events").read_text("ascii")
    assert images > int(most_events)
    with MountedDaemon(tmp_path, simulator, MOUNT, settings=SETTINGS) as daemon:
        daemon.process.send_signal(signal.SIGSTOP)
        first = write(daemon.folder / "0.png", "words")
        for number in range(1, images):
            os.link(first, daemon.folder / f"{number}.png")
        daemon.process.send_signal(signal.SIGCONT)
        eventually(lambda: len(daemon.texts()) == images, within=600)
        assert set(daemon.texts().values()) == {"words\n"}
        assert daemon.error_files() == []
    assert len(simulator.calls) == 1


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.usefixtures("mounts")
def test_what_waits_costs_little_memory_and_little_work(
    simulator: Simulator, tmp_path: Path
) -> None:
    """200,000 images add at most 60 MB, and it comes to rest: they are not looked at for ever."""
    simulator.latency = 600
    memory = {}
    for images in (1, 200_000):
        directory = tmp_path / str(images)
        directory.mkdir()
        mount = f"{MOUNT} && {sys.executable} {Path(__file__).with_name('burst.py')} {images}"
        with MountedDaemon(directory, simulator, mount, settings={"rescan_seconds": 30}) as daemon:
            simulator.wait_for(lambda: simulator.inside > 0, 60)
            eventually(lambda: busy_for(daemon, 5) < 0.5, within=400)
            memory[images] = daemon.memory("VmRSS")
    assert memory[200_000] - memory[1] <= 60


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.usefixtures("mounts")
def test_a_flood_of_events_costs_little_more(simulator: Simulator, tmp_path: Path) -> None:
    """What comes faster than it can be told of is held by watchdog for a while, on top of that."""
    simulator.latency = 600
    with MountedDaemon(tmp_path, simulator, MOUNT, settings={"rescan_seconds": 30}) as daemon:
        first = write(daemon.folder / "0.png", "words")
        simulator.wait_for(lambda: simulator.inside == 1, 20)
        before = daemon.memory("VmRSS")
        for directory in range(200):
            (daemon.folder / f"d{directory}").mkdir()
            for number in range(1000):
                os.link(first, daemon.folder / f"d{directory}/{number}.png")
        eventually(lambda: busy_for(daemon, 5) < 0.5, within=400)
        assert daemon.memory("VmRSS") - before <= 120


def busy_for(daemon: MountedDaemon, seconds: float) -> float:
    """Waits, and returns the seconds of processor time that the daemon took meanwhile."""
    before, end = _processor_seconds(daemon), time.monotonic() + seconds
    eventually(lambda: time.monotonic() >= end, seconds + 1)
    return _processor_seconds(daemon) - before


def _processor_seconds(daemon: MountedDaemon) -> float:
    # The 14th and 15th field of proc(5), /proc/pid/stat; the second is in parentheses.
    line = Path(f"/proc/{daemon.process.pid}/stat").read_text("ascii")
    fields = line.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
