"""SIGTERM ends the daemon soon and cleanly, whatever it is doing."""

from __future__ import annotations

import signal
import subprocess
import threading
from typing import TYPE_CHECKING

import pytest

from tests.daemon.daemon import WORKERS, Daemon, write
from tests.simulator.faults import ErrorCode, Silence, Status
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.simulator.server import Simulator

SOON = 5.0
LONG = {"attempts": 9, "first_seconds": 600, "longest_seconds": 600}


def nothing_is_there(daemon: Daemon, simulator: Simulator) -> None:
    pass


def images_settle(daemon: Daemon, simulator: Simulator) -> None:
    image = write(daemon.folder / "a.png", "words")
    scans = daemon.log.count("scanned")
    # A scan that was under way may have missed it; the one that follows has found it.
    eventually(lambda: daemon.log.count("scanned") >= scans + 2)
    assert daemon.beside("why", image).stdout.endswith("waiting to settle\n")


def calls_wait_for_their_slot(daemon: Daemon, simulator: Simulator) -> None:
    for number in range(3 * WORKERS):
        write(daemon.folder / f"{number}.png", f"number {number}")
    simulator.wait_for(lambda: len(simulator.calls) == 2, 20)


def a_call_is_to_be_repeated(daemon: Daemon, simulator: Simulator) -> None:
    simulator.fault = lambda _call: Status(503)
    write(daemon.folder / "a.png", "words")
    simulator.wait_for(lambda: len(simulator.calls) == 1, 20)


def an_image_is_to_be_retried(daemon: Daemon, simulator: Simulator) -> None:
    simulator.fault = lambda _call: ErrorCode(216630)
    write(daemon.folder / "a.png", "words")
    eventually(lambda: daemon.says("will retry in"))


def the_engine_is_paused(daemon: Daemon, simulator: Simulator) -> None:
    simulator.fault = lambda _call: ErrorCode(17)
    for number in range(3 * WORKERS):
        write(daemon.folder / f"{number}.png", f"number {number}")
    eventually(lambda: daemon.says("no calls are made"))


def the_folder_is_away(daemon: Daemon, simulator: Simulator) -> None:
    daemon.folder.rename(daemon.folder.with_name("away"))
    eventually(lambda: daemon.says("will be tried again"))


def more_wait_than_are_held(daemon: Daemon, simulator: Simulator) -> None:
    simulator.fault = lambda _call: ErrorCode(17)
    first = write(daemon.folder / "first.png", "words")
    for number in range(11_000):
        daemon.folder.joinpath(f"{number}.png").hardlink_to(first)
    eventually(lambda: daemon.says("no calls are made"))


PHASES: Mapping[Callable[[Daemon, Simulator], None], Mapping[str, object]] = {
    nothing_is_there: {},
    images_settle: {"settle_seconds": 60, "rescan_seconds": 0.5},
    calls_wait_for_their_slot: {"baidu": {"qps": 1}},
    a_call_is_to_be_repeated: {"retry": LONG},
    an_image_is_to_be_retried: {"retry": LONG},
    the_engine_is_paused: {},
    the_folder_is_away: {"rescan_seconds": 0.5},
    more_wait_than_are_held: {},
}


@pytest.mark.parametrize("phase", PHASES, ids=lambda phase: phase.__name__)
def test_it_ends_at_once_and_well_while(
    phase: Callable[[Daemon, Simulator], None], simulator: Simulator, tmp_path: Path
) -> None:
    with Daemon(tmp_path, simulator, settings=PHASES[phase], level="debug") as daemon:
        phase(daemon, simulator)
        calls = len(simulator.calls)
        assert daemon.stop(within=SOON) == 0
        assert "Traceback" not in daemon.log
    assert len(simulator.calls) == calls
    assert daemon.hidden_files() == daemon.error_files() == []


@pytest.mark.parametrize("milliseconds", [50, 300, 500, 800])
def test_it_ends_at_once_while_it_starts(
    milliseconds: int, simulator: Simulator, tmp_path: Path
) -> None:
    simulator.fault = lambda _call: Silence()
    daemon = Daemon(tmp_path, simulator)
    write(daemon.folder / "a.png", "words")
    arguments = daemon.command_line
    with subprocess.Popen(arguments, env=daemon.variables, stderr=subprocess.PIPE) as process:
        threading.Event().wait(milliseconds / 1000)  # whatever it does then
        process.send_signal(signal.SIGTERM)
        eventually(lambda: process.poll() is not None or simulator.inside, SOON)
        simulator.release()
        _, errors = process.communicate(timeout=SOON)
    # Until it listens for signals, the kernel ends it.
    assert process.returncode in {0, -signal.SIGTERM}
    assert b"Traceback" not in errors
    assert daemon.hidden_files() == []


@pytest.mark.parametrize(
    "formats", [pytest.param(["txt"], marks=pytest.mark.slow), ["txt", "pdf"]], ids=" ".join
)
def test_what_calls_in_flight_bring_is_written_in_every_format(
    tmp_path: Path, simulator: Simulator, formats: list[str]
) -> None:
    settings = {"output": {"formats": formats}, "baidu": {"endpoint": "general"}}
    daemon = Daemon(tmp_path, simulator, settings=settings)
    images = [write(daemon.folder / f"{number}.png", f"number {number}") for number in range(3)]
    simulator.latency = 0.8
    with daemon:
        simulator.wait_for(lambda: simulator.inside > 0, 20)
        daemon.stop()
    suffixes = {"txt": ".txt", "pdf": ".ocr.pdf"}
    written = [
        sum(image.with_name(image.name + suffixes[name]).exists() for image in images)
        for name in formats
    ]
    assert written == [simulator.billed()] * len(formats)
    assert simulator.billed() > 0


def test_a_reload_that_waits_for_a_call_does_not_delay_the_end_of_the_daemon(
    tmp_path: Path, simulator: Simulator
) -> None:
    simulator.fault = lambda _call: Silence()
    daemon = Daemon(tmp_path, simulator, settings={"baidu": {"read_timeout": 100}})
    image = write(daemon.folder / "a.png", "words")
    with daemon:
        simulator.wait_for(lambda: simulator.inside == 1, 20)
        daemon.process.send_signal(signal.SIGHUP)
        eventually(lambda: daemon.says("settings read again"))
        daemon.ask_to_stop()
        eventually(lambda: daemon.says("stopping signal=SIGTERM"), SOON)
        simulator.release()  # what the call brings is written nevertheless
        assert daemon.process.wait(SOON) == 0
    assert daemon.log.count("engine chosen") == 1
    assert daemon.texts() == {image.name: "words\n"}
