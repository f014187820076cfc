"""An image that kills the program every time is found out, and every other one gets its text."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING

import pytest

from tests.daemon.daemon import WORKERS, Daemon, write
from tests.simulator.faults import Reset, Silence
from tests.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.call import Call
    from tests.simulator.faults import Fault
    from tests.simulator.server import Simulator


def kill_whenever_seen(daemon: Daemon, simulator: Simulator, words: str) -> None:
    """Have the daemon killed while the service reads a picture, as a crash would."""

    def fault(call: Call) -> Fault | None:
        if call.words != words:
            return None
        daemon.process.kill()
        return Reset()

    simulator.fault = fault


@pytest.mark.slow
def test_an_image_that_kills_the_program_fails_after_three_deaths(
    simulator: Simulator, tmp_path: Path
) -> None:
    simulator.latency = 0.02
    daemon = Daemon(tmp_path, simulator)
    words = {f"{number}.png": f"number {number}" for number in range(16)}
    for name, text in words.items():
        write(daemon.folder / name, text)
    deadly = write(daemon.folder / "deadly.png", "deadly")
    kill_whenever_seen(daemon, simulator, "deadly")
    for _ in range(3):
        with daemon:
            daemon.process.wait(30)
    with daemon:
        eventually(daemon.error_files)
        eventually(lambda: len(daemon.texts()) == len(words))
        assert daemon.stop() == 0
    assert daemon.texts() == {name: text + "\n" for name, text in words.items()}
    (error_file,) = daemon.error_files()
    error = json.loads(error_file.read_text())["error"]
    assert (error["code"], "retry" in error["advice"]) == ("kills-the-program", True)
    # By the third death everything else was read: it was the last, and alone.
    assert sum(call.words == "deadly" for call in simulator.calls) <= 3
    simulator.fault = None
    with daemon:
        assert daemon.process_beside("retry", deadly).returncode == 0
        eventually(lambda: "deadly.png" in daemon.texts())


@pytest.mark.slow
def test_the_third_death_comes_while_no_other_image_is_in_flight(
    simulator: Simulator, tmp_path: Path
) -> None:
    daemon = Daemon(tmp_path, simulator)
    write(daemon.folder / "deadly.png", "deadly")
    beside: list[int] = []
    for _ in range(3):
        for number in range(WORKERS):
            write(daemon.folder / f"{len(beside)}-{number}.png", f"{len(beside)} {number}")

        def fault(call: Call) -> Fault | None:
            if call.words == "deadly":
                beside.append(simulator.inside - 1)
                daemon.process.kill()
                return Reset()
            return None

        simulator.fault = fault
        with daemon:
            daemon.process.wait(30)
    assert (len(beside), beside[-1]) == (3, 0)
    # One that was in flight twice beside the deadly image is read alone as well, and may come after
    # it; one that had not settled waits for the next start, too.
    with daemon:
        eventually(lambda: len(daemon.texts()) == 3 * WORKERS)
        eventually(daemon.error_files)
        assert daemon.stop() == 0
    assert len(beside) == 3


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_twenty_five_kills_in_a_row_fail_no_image(simulator: Simulator, tmp_path: Path) -> None:
    daemon = Daemon(tmp_path, simulator)
    number = 200
    for index in range(number):
        write(daemon.folder / f"{index}.png", f"number {index}")
    for kill in range(25):
        enough = len(simulator.calls) + 1 + kill % 3
        with daemon:
            simulator.latency = 0.02
            simulator.wait_for(lambda enough=enough: len(simulator.calls) >= enough, 20)
    with daemon:
        eventually(lambda: len(daemon.texts()) == number)
        assert daemon.stop() == 0
    assert daemon.error_files() == []


def test_who_asks_for_the_end_and_then_kills_blames_no_image(
    simulator: Simulator, tmp_path: Path
) -> None:
    simulator.fault = lambda _call: Silence()
    daemon = Daemon(tmp_path, simulator)
    write(daemon.folder / "a.png", "words")
    for second in (signal.SIGTERM, signal.SIGKILL, signal.SIGINT, signal.SIGKILL):
        with daemon:
            simulator.wait_for(lambda: simulator.inside == 1)
            daemon.ask_to_stop()
            eventually(lambda: daemon.says("stopping"))
            eventually(lambda: not list(daemon.state.glob("in-progress.*")))
            daemon.process.send_signal(second)
            daemon.process.wait(10)
        simulator.release()
        simulator.wait_for(lambda: simulator.inside == 0)
    simulator.fault = None
    with daemon:
        eventually(lambda: daemon.texts() == {"a.png": "words\n"})
        assert not daemon.says("ended in the middle")
