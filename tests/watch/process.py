"""A process that watches a folder, which can be stopped, limited, and given mounts."""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CODE = Path(__file__).parents[2]
OWN_USERS = ("unshare", "--map-root-user", "--mount")
"""Begins a process whose mounts and limits are its own (user_namespaces(7)), and end with it."""

_PROGRAM = """
import json, logging, subprocess, sys, threading
from ocr_watcher.errors import Stopped
from ocr_watcher.folders.folder import folders_of
from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.settings.model import Settings
from ocr_watcher.watch.folder_watcher import Watcher
from ocr_watcher.work.queue import JobQueue

logging.basicConfig(level=logging.INFO, format="%(message)s %(fields)s")
logging.getLogger("watchdog").addHandler(logging.NullHandler())
logging.getLogger("watchdog").propagate = False
settings = Settings.model_validate(json.loads(sys.argv[1]))
queue = JobQueue(100_000)
ledger = Ledger(settings.state_dir)
watcher = Watcher(folders_of(settings).values(), queue, settings, ledger)

def take():
    try:
        while True:
            job = queue.get()
            print(job.image.name, flush=True)
            queue.finish(job)
    except Stopped:
        return

taker = threading.Thread(target=take)
taker.start()
watcher.start()
print("READY", flush=True)
for line in sys.stdin:
    subprocess.run(line, shell=True, check=True)
    print("DONE", flush=True)
queue.close()
watcher.stop()
ledger.close()
taker.join()
"""


class Watching:
    """The process, and its output."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.log = ""
        self._said: queue.Queue[str] = queue.Queue()
        self._readers = [threading.Thread(target=read) for read in (self._read, self._read_log)]
        for reader in self._readers:
            reader.start()

    def says(self, line: str) -> None:
        """Waits until it says a line, whatever it says before."""
        self.says_all({line})

    def says_all(self, lines: set[str]) -> None:
        left = set(lines)
        while left:
            left.discard(self._said.get(timeout=60))

    def run(self, command: str) -> None:
        """Has it run a shell command, with its limits and among its mounts."""
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        self.says("DONE")

    def end(self) -> None:
        self.process.stdin.close()
        for reader in self._readers:
            reader.join(60)
        assert self.process.wait(60) == 0, self.log

    def _read(self) -> None:
        for line in self.process.stdout:
            self._said.put(line.rstrip("\n"))

    def _read_log(self) -> None:
        for line in self.process.stderr:
            self.log += line


@contextlib.contextmanager
def watching(
    root: Path, before: Sequence[str] = (), shell: str = "", **settings: Any
) -> Iterator[Watching]:
    """Starts the process, and ends it well.

    Args:
        root: The folder, watched by events.
        before: What it is begun by.
        shell: What a shell does before; the folder is its ``$1``.
        settings: More of them.
    """
    given = {
        "state_dir": "/state",
        "folders": [{"path": str(root), "watch": "events"}],
        "settle_seconds": 0.05,
        "rescan_seconds": 0,
        "poll_seconds": 0.05,
        **settings,
    }
    script = f'set -e\n{shell}\nexec "$2" -c "$3" "$4"'
    process = subprocess.Popen(
        [*before, "sh", "-c", script, "sh", root, sys.executable, _PROGRAM, json.dumps(given)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=CODE,
    )
    with process:
        watched = Watching(process)
        try:
            watched.says("READY")
            yield watched
            watched.end()
        finally:
            process.kill()


def in_process(program: str, root: Path, before: Sequence[str] = ()) -> str:
    """Runs a program that is given the folder, and returns what it prints."""
    ended = subprocess.run(
        [*before, sys.executable, "-W", "error", "-c", program, root],
        capture_output=True,
        text=True,
        cwd=CODE,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout
