"""The process ends although a thread cannot be waited for."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ocr_watcher.threads.expendable import ExpendableThread, end

ROOT = Path(__file__).parents[2]
PROGRAM = """
import atexit, logging, threading
from ocr_watcher.threads.expendable import ExpendableThread, end

logging.basicConfig()
atexit.register(print, "finalised")
go_on = threading.Event()
threads = [ExpendableThread(go_on.wait, name="in a call") for _ in range({threads})]
for thread in threads:
    thread.start()
if {finished}:
    go_on.set()
    for thread in threads:
        thread.join()
print("a line that is buffered")
logging.warning("the last of the log")
end(3)
"""


def run(*, threads: int, finished: bool) -> subprocess.CompletedProcess[str]:
    program = PROGRAM.format(threads=threads, finished=finished)
    command = [sys.executable, "-c", program]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False
    )


def test_a_thread_that_was_left_behind_does_not_see_the_interpreter_finalised() -> None:
    ended = run(threads=2, finished=False)
    assert (ended.returncode, ended.stdout) == (3, "a line that is buffered\n")
    assert "the last of the log" in ended.stderr


def test_where_all_threads_have_ended_the_interpreter_ends_as_usual() -> None:
    ended = run(threads=2, finished=True)
    assert (ended.returncode, ended.stdout) == (3, "a line that is buffered\nfinalised\n")


def test_threads_of_others_do_not_matter() -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait, daemon=True)
    thread.start()
    with pytest.raises(SystemExit) as raised:
        end(7)
    done.set()
    thread.join()
    assert raised.value.code == 7


def test_an_expendable_thread_runs_its_target_with_its_arguments() -> None:
    said: list[int] = []
    thread = ExpendableThread(said.append, name="says", args=(5,))
    thread.start()
    thread.join()
    assert (said, thread.daemon, thread.name) == ([5], True, "says")
