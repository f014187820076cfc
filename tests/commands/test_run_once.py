"""`ocr-watcher run --once`: works off what waits, and sums it up in one line."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import termios
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.abilities import open_terminal
from tests.commands.program import (
    command,
    in_this_process,
    ocr_watcher,
    read_to_the_end,
    write_settings,
)
from tests.daemon.daemon import write
from tests.simulator.faults import ErrorCode, Silence
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from subprocess import CompletedProcess

    from tests.simulator.server import Simulator

WITH_A_BUG = """
import ocr_watcher.watch.scanner as scanner
def crash(*arguments, **named): raise RuntimeError("a bug")
scanner.scan = crash
from ocr_watcher.cli import main
main(prog_name="ocr-watcher")
"""


@pytest.fixture
def file(tmp_path: Path, settings: dict[str, object]) -> Path:
    return write_settings(tmp_path / "config.yaml", **settings)


def run_once(file: Path, variables: dict[str, str]) -> CompletedProcess[str]:
    return in_this_process("run", "--once", "-c", file, variables=variables)


@contextmanager
def held_in_calls(
    file: Path, folder: Path, simulator: Simulator, variables: dict[str, str]
) -> Iterator[subprocess.Popen[str]]:
    """Runs it over ten images; the first is read, and each of four workers is held in a call."""
    simulator.next_faults.append(None)
    simulator.fault = lambda _call: Silence()
    for number in range(10):
        write(folder / f"{number}.png", f"number {number}")
    with subprocess.Popen(
        command("run", "--once", "-c", file, "--log-level", "info"),
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        simulator.wait_for(lambda: len(simulator.calls) == 1 and simulator.inside == 4, 20)
        try:
            yield process
        finally:
            process.kill()


def stop_taking_images(process: subprocess.Popen[str], number: signal.Signals) -> None:
    """Sends a signal, and waits for the end of the threads that scan and that wait for quiet."""
    tasks = Path(f"/proc/{process.pid}/task")
    before = len(list(tasks.iterdir()))
    process.send_signal(number)
    eventually(lambda: len(list(tasks.iterdir())) <= before - 2)


def test_an_empty_folder_has_nothing_waiting(file: Path, with_keys: dict[str, str]) -> None:
    ended = run_once(file, with_keys)
    assert (ended.returncode, ended.stdout) == (0, "0 recognised, 0 failed, 0 waiting\n")


def test_each_image_has_its_text_and_the_summary_counts_them(
    file: Path, folder: Path, with_keys: dict[str, str]
) -> None:
    for number in range(5):
        write(folder / f"{number}.png", f"number {number}")
    ended = ocr_watcher("run", "--once", "-c", file, variables=with_keys)
    assert (ended.returncode, ended.stdout) == (0, "5 recognised, 0 failed, 0 waiting\n")
    assert {path.read_text() for path in folder.glob("*.txt")} == {
        f"number {number}\n" for number in range(5)
    }


def test_what_cannot_have_its_text_is_counted_in_each_run(
    file: Path, folder: Path, simulator: Simulator, with_keys: dict[str, str]
) -> None:
    write(folder / "a.png", "words")
    (folder / "a.png.txt").mkdir()
    ended = run_once(file, with_keys)
    summary = (
        "0 recognised, 0 failed, 0 waiting; 1 had failed before, as ocr-watcher why FILE tells\n"
    )
    assert ended.stdout == summary
    assert len(simulator.calls) == 0


def test_what_is_done_is_counted_and_not_sent_again(
    file: Path, folder: Path, simulator: Simulator, with_keys: dict[str, str]
) -> None:
    write(folder / "a.png", "words")
    run_once(file, with_keys)
    write(folder / "b.png", "other words")
    ended = run_once(file, with_keys)
    summary = "1 recognised, 0 failed, 0 waiting; 1 was done already\n"
    assert (ended.returncode, ended.stdout) == (0, summary)
    ended = run_once(file, with_keys)
    summary = "0 recognised, 0 failed, 0 waiting; 2 were done already\n"
    assert (ended.returncode, ended.stdout) == (0, summary)
    assert len(simulator.calls) == 2


def test_an_image_that_fails_is_counted_and_is_the_exit_status(
    file: Path, folder: Path, with_keys: dict[str, str]
) -> None:
    write(folder / "good.png", "words")
    (folder / "bad.png").write_text("a text")
    ended = run_once(file, with_keys)
    assert (ended.returncode, ended.stdout) == (1, "1 recognised, 1 failed, 0 waiting\n")
    assert (folder / "bad.png.ocr-error.json").exists()


def test_a_folder_that_could_not_be_read_is_told_and_is_the_exit_status(
    file: Path, folder: Path, with_keys: dict[str, str]
) -> None:
    write(folder / "a.png", "words")
    (folder / "locked").mkdir(0)
    without_override = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    ended = subprocess.run(
        [*(without_override if os.geteuid() == 0 else []), *command("run", "--once", "-c", file)],
        env=with_keys,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    summary = "1 recognised, 0 failed, 0 waiting; folders that could not be read: 1\n"
    assert (ended.returncode, ended.stdout) == (1, summary)
    told = "a directory cannot be read, so its images wait: Permission denied"
    assert f"{told} directory={folder}/locked" in ended.stderr


def test_it_ends_where_no_calls_can_be_made_and_says_what_waits(
    file: Path, folder: Path, simulator: Simulator, with_keys: dict[str, str]
) -> None:
    simulator.fault = lambda _call: ErrorCode(17)
    for number in range(3):
        write(folder / f"{number}.png", "words")
    ended = run_once(file, with_keys)
    assert (ended.returncode, ended.stdout) == (1, "0 recognised, 0 failed, 3 waiting\n")
    assert "buy calls" in ended.stderr
    assert len(simulator.calls) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_the_calls_in_flight_finish_and_counts_them(
    number: signal.Signals,
    file: Path,
    folder: Path,
    simulator: Simulator,
    with_keys: dict[str, str],
) -> None:
    with held_in_calls(file, folder, simulator, with_keys) as process:
        stop_taking_images(process, number)
        simulator.release()
        output, errors = process.communicate(timeout=20)
    assert output == "5 recognised, 0 failed, 5 waiting\n"
    assert process.returncode == 1
    assert "Traceback" not in errors
    assert len(simulator.calls) == 5
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


def test_a_signal_while_files_settle_is_no_success(
    tmp_path: Path, settings: dict[str, object], folder: Path, with_keys: dict[str, str]
) -> None:
    write(folder / "a.png", "words")
    file = write_settings(tmp_path / "config.yaml", **settings | {"settle_seconds": 60})
    with subprocess.Popen(
        command("run", "--once", "-c", file, "--log-level", "debug"),
        env=with_keys,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        assert any("scanned" in line for line in process.stderr)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=20)
    assert (process.returncode, output) == (1, "0 recognised, 0 failed, 1 waiting\n")


def test_a_fault_of_the_program_ends_it(
    file: Path, folder: Path, with_keys: dict[str, str]
) -> None:
    write(folder / "a.png", "words")
    ended = ocr_watcher(
        "run", "--once", "-c", file, variables=with_keys, program=("-c", WITH_A_BUG)
    )
    assert (ended.returncode, ended.stdout) == (1, "0 recognised, 0 failed, 0 waiting\n")
    assert "a fault of this program exception=RuntimeError" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_second_signal_ends_it_at_once(
    file: Path, folder: Path, simulator: Simulator, with_keys: dict[str, str]
) -> None:
    with held_in_calls(file, folder, simulator, with_keys) as process:
        stop_taking_images(process, signal.SIGINT)
        process.send_signal(signal.SIGINT)
        assert process.wait(5) == 128 + signal.SIGINT


@pytest.mark.parametrize("on_a_terminal", [True, False])
def test_a_progress_bar_is_for_terminals(
    on_a_terminal: bool, file: Path, folder: Path, with_keys: dict[str, str]
) -> None:
    write(folder / "a.png", "words")
    ours, theirs = open_terminal() if on_a_terminal else os.pipe()
    if on_a_terminal:
        termios.tcsetwinsize(ours, (24, 80))
    arguments = command("run", "--once", "-c", file, "--log-level", "error")
    with subprocess.Popen(
        arguments, env=with_keys, stdout=subprocess.PIPE, stderr=theirs
    ) as process:
        os.close(theirs)
        shown = read_to_the_end(ours)
        output, _ = process.communicate(timeout=20)
    assert (b"1image" in shown or b"1/1" in shown) == on_a_terminal
    assert output == b"1 recognised, 0 failed, 0 waiting\n"
    if not on_a_terminal:
        assert shown == b""


@pytest.mark.slow
def test_the_wait_for_the_models_is_told_apart_from_the_time_of_an_image(
    folder: Path, variables: dict[str, str]
) -> None:
    samples = Path(__file__).parents[2] / "samples"
    names = ("delivery-mixed.jpg", "invoice-zh.jpg", "letter.jpg", "notice-zh.png", "receipt.jpg")
    for name in names:
        shutil.copy(samples / name, folder)
    ended = ocr_watcher("run", "--once", "--engine", "local", folder, variables=variables)
    assert ended.returncode == 0
    waits = [int(wait) for wait in re.findall(r"waited_milliseconds=(\d+)", ended.stderr)]
    works = [int(work) for work in re.findall(r" milliseconds=(\d+)", ended.stderr)]
    assert len(waits) == len(works) == len(names)
    assert max(waits) > min(works) / 2  # there are fewer turns than workers
