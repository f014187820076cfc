"""Clusters of processes on this machine, for as long as a context lasts."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

from benchmarks.cluster.slow import TOLD
from benchmarks.running import ROOT, environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SLOW = "benchmarks.cluster.slow"
MODELS = "ocr_watcher.engine.cluster"

_END_SECONDS = 20


@contextlib.contextmanager
def cluster(
    told: Path, workers: int, *, pages: int, preload: str, threads: int = 1
) -> Iterator[str]:
    """Run a scheduler and workers.

    Args:
        told: The file in which slow models tell when each page was begun.
        workers: The number of workers.
        pages: The number of pages that each worker reads at once.
        preload: The module with the models.
        threads: The number of threads of the models of each worker.

    Yields:
        The address of the scheduler.
    """
    address = f"tcp://127.0.0.1:{_free_port()}"
    worker = ("worker", address, preload, str(pages), str(threads))
    commands = [("scheduler", address), *[worker] * workers]
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.cluster.member", *command],
            cwd=ROOT,
            env=environment(**{TOLD: str(told)}),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for command in commands
    ]
    try:
        yield address
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in processes:
            try:
                process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
