"""However the daemon ends, no image is lost, half-written or paid for needlessly."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from tests.daemon.daemon import WORKERS, Daemon, write
from tests.simulator.faults import Silence
from tests.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.server import Simulator


def drop(daemon: Daemon, images: int) -> dict[str, str]:
    """Drops images, and returns the texts they are to have."""
    words = {f"{number}.png": f"number {number}" for number in range(images)}
    for name, text in words.items():
        write(daemon.folder / name, text)
    return {name: text + "\n" for name, text in words.items()}


def hold_every_worker(daemon: Daemon, simulator: Simulator) -> None:
    """One image proves the account; then each worker is held in a call, and others wait."""
    write(daemon.folder / "first.png", "first")
    eventually(daemon.texts)
    simulator.fault = lambda _call: Silence()
    drop(daemon, 2 * WORKERS)
    simulator.wait_for(lambda: simulator.inside == WORKERS, 20)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_calls_in_flight_finish_and_nothing_more_is_sent(
    number: signal.Signals, simulator: Simulator, tmp_path: Path
) -> None:
    with Daemon(tmp_path, simulator) as daemon:
        hold_every_worker(daemon, simulator)
        daemon.process.send_signal(number)
        # What is left are the workers, the thread that waits for them, the one that keeps the
        # folder claimed for them, the one that finds those whose folder does not answer, and the
        # one that writes the log: no door is open.
        eventually(lambda: daemon.threads == 4 + WORKERS)
        simulator.release()
        assert daemon.process.wait(20) == 0
    assert len(simulator.calls) == len(daemon.texts()) == 1 + WORKERS
    assert daemon.hidden_files() == []


def test_a_second_signal_ends_it_at_once(simulator: Simulator, tmp_path: Path) -> None:
    with Daemon(tmp_path, simulator) as daemon:
        hold_every_worker(daemon, simulator)
        daemon.ask_to_stop()
        eventually(lambda: daemon.says("stopping"))
        assert daemon.stop(within=5) == 128 + signal.SIGTERM
    simulator.fault = None
    simulator.release()
    daemon.once()
    assert len(daemon.texts()) == 1 + 2 * WORKERS
    assert daemon.hidden_files() == []


def test_it_is_told_when_the_folder_is_refused(simulator: Simulator, tmp_path: Path) -> None:
    daemon = Daemon(tmp_path, simulator)
    daemon.folder.rmdir()
    with pytest.raises(AssertionError, match=r"folders\[0\]\.path: .* does not exist"), daemon:
        pass
    assert daemon.process.returncode == 78
