"""A cluster of processes on this machine: a scheduler and workers, with certificates."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Self

from ocr_watcher.commands.certificates import make_certificates
from ocr_watcher.engine.cluster.description import SHIPPED_MODELS
from ocr_watcher.engine.cluster.engine import ClusterEngine
from ocr_watcher.engine.cluster.security import security_of
from ocr_watcher.engine.cluster.settings import ClusterSettings
from tests.engine.cluster import slow_models
from tests.proc import children_of, is_gone, words_of
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Mapping

_ROOT = Path(__file__).parents[3]
_HOST = "localhost"

_SCHEDULER = """
import json
import sys
from ocr_watcher.engine.cluster.address import SchedulerAddress
from ocr_watcher.engine.cluster.scheduler import run_scheduler
from ocr_watcher.engine.cluster.security import security_of
from ocr_watcher.engine.cluster.settings import ClusterSettings
from ocr_watcher.logs.setup import set_up
from ocr_watcher.threads.expendable import end

if __name__ == "__main__":
    set_up("info", "text")
    cluster = ClusterSettings.model_validate(json.loads(sys.argv[1]))
    run_scheduler(SchedulerAddress.of(cluster.scheduler), security_of(cluster), None)
    end(0)
"""

_WORKER = """
import json
import sys
from ocr_watcher.engine.cluster.address import SchedulerAddress
from ocr_watcher.engine.cluster.nanny import WorkerParts, run_worker
from ocr_watcher.engine.cluster.security import security_of
from ocr_watcher.engine.cluster.settings import ClusterSettings
from ocr_watcher.logs.setup import set_up
from ocr_watcher.threads.expendable import end

if __name__ == "__main__":
    set_up("info", "text")
    cluster = ClusterSettings.model_validate(json.loads(sys.argv[1]))
    run_worker(
        WorkerParts(
            SchedulerAddress.of(cluster.scheduler),
            security_of(cluster),
            {},
            ("info", "text"),
            pages=int(sys.argv[2]),
            preload="tests.engine.cluster.slow_models",
        )
    )
    end(0)
"""


class Machines:
    """A scheduler and workers as processes, which end with the context.

    Args:
        directory: The directory for certificates and logs.
        encrypted: Whether they prove who they are, as machines apart must.
        seconds: The time that a worker takes for a page.

    Attributes:
        settings: The section ``cluster`` of their settings, and of the daemon's.
        port: The port of the scheduler.
    """

    def __init__(self, directory: Path, *, encrypted: bool = False, seconds: float = 0.05) -> None:
        self._directory = directory
        self._told = directory / "told"
        self._seconds = seconds
        self._processes: list[subprocess.Popen[bytes]] = []
        self.port = free_port()
        self.settings: dict[str, str] = {"scheduler": f"tcp://127.0.0.1:{self.port}"}
        if encrypted:
            certificates = directory / "certificates"
            make_certificates(certificates, [_HOST])
            self.settings = {
                "scheduler": f"tls://{_HOST}:{self.port}",
                "ca_file": str(certificates / "ca.pem"),
                "cert_file": str(certificates / f"{_HOST}.pem"),
                "key_file": str(certificates / f"{_HOST}-key.pem"),
            }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                kill_all(process.pid)
                process.wait()

    @property
    def section(self) -> ClusterSettings:
        """The settings, checked."""
        return ClusterSettings.model_validate(self.settings)

    def engine(self, *, models: str = SHIPPED_MODELS, grace: float = 60.0) -> ClusterEngine:
        """An engine of this cluster."""
        address = str(self.section.scheduler)
        return ClusterEngine(address, security_of(self.section), models=models, grace=grace)

    def start_scheduler(self) -> subprocess.Popen[bytes]:
        """Starts the scheduler, and waits until it listens."""
        process = self._start("scheduler", _SCHEDULER)
        eventually(lambda: _listens(self.port) or process.poll() is not None)
        assert process.poll() is None, self.log("scheduler")
        return process

    def start_worker(
        self, *, pages: int = 1, variables: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Starts a worker, without waiting until it is there."""
        return self._start("worker", _WORKER, str(pages), **(variables or {}))

    def log(self, name: str) -> str:
        """What the processes of a name have said."""
        return (self._directory / f"{name}.log").read_text("utf-8")

    def told(self) -> list[str]:
        """The words of each page that some worker began to read."""
        if not self._told.exists():
            return []
        return [line.partition(" ")[2] for line in self._told.read_text("utf-8").splitlines()]

    def _start(
        self, name: str, program: str, *arguments: str, **variables: str
    ) -> subprocess.Popen[bytes]:
        file = self._directory / f"{name}.py"
        file.write_text(program, "utf-8")
        environment = {
            **os.environ,
            "PYTHONPATH": str(_ROOT),
            slow_models.SECONDS: str(self._seconds),
            slow_models.TOLD: str(self._told),
            **variables,
        }
        command = [sys.executable, str(file), json.dumps(self.settings), *arguments]
        with (self._directory / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                command, env=environment, cwd=self._directory, stderr=log, stdout=log
            )
        self._processes.append(process)
        return process


def worker_of(nanny: subprocess.Popen[bytes]) -> int | None:
    """The process that a nanny has started to read pages; None while there is none."""
    found = (
        child
        for child in children_of(nanny.pid)
        if "spawn_main" in " ".join(words_of(child, "cmdline"))
    )
    return next(found, None)


def kill_all(pid: int) -> None:
    """Sends SIGKILL to a process and all below it."""
    below = [pid]
    for each in below:
        below += children_of(each)
    for each in below:
        if not is_gone(each):
            os.kill(each, signal.SIGKILL)


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0
