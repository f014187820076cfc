from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.service.signals import StopRequest, stop_requests

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PROGRAM = """
import threading
from queue import SimpleQueue
from ocr_watcher.service.signals import stop_requests

inbox = SimpleQueue()
with stop_requests(inbox.put):
    print("ready", flush=True)
    print(inbox.get().signal.name, flush=True)
    {then}
print("ended", flush=True)
"""

SIGNALS = [signal.SIGTERM, signal.SIGINT]


@contextlib.contextmanager
def program(then: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(then=then)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_signal_is_a_request_and_the_program_ends_by_itself(number):
    with program(then="pass") as process:
        process.send_signal(number)
        assert process.stdout.read() == f"{number.name}\nended\n"
        assert process.wait(10) == 0


@pytest.mark.parametrize("first", SIGNALS)
@pytest.mark.parametrize("second", SIGNALS)
def test_the_second_signal_ends_the_program_at_once(first, second):
    with program(then="threading.Event().wait()") as process:
        process.send_signal(first)
        assert process.stdout.readline() == f"{first.name}\n"
        process.send_signal(second)
        assert process.wait(10) == 128 + second
        assert process.stdout.read() == ""


def test_afterwards_signals_mean_what_they_meant_before():
    before = [signal.getsignal(number) for number in SIGNALS]
    inbox: SimpleQueue[StopRequest] = SimpleQueue()
    with stop_requests(inbox.put):
        signal.raise_signal(signal.SIGTERM)
    assert inbox.get_nowait() == StopRequest(signal.SIGTERM)
    assert [signal.getsignal(number) for number in SIGNALS] == before
