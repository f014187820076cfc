"""The program under test: ``ocr-watcher run`` as a process, for as long as a context lasts."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Self

import yaml

from benchmarks import process
from benchmarks.running import ROOT, environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from types import TracebackType

    from benchmarks.process import Memory

_KEYS = {"OCR_WATCHER_BAIDU_API_KEY": "key", "OCR_WATCHER_BAIDU_SECRET_KEY": "secret"}


class Daemon:
    """A daemon that watches one folder.

    Args:
        directory: The directory for its state, its log, and the folder if none is given.
        url: The address of the service; None for the local engine.
        folder: The folder that it watches; by default ``scans`` in the directory.
        settings: The further settings of the file, by section.
        level: The log level.

    Attributes:
        folder: The folder that it watches.
        ready_after: The seconds from its start until it reported that it watches.
    """

    def __init__(
        self,
        directory: Path,
        url: str | None,
        *,
        folder: Path | None = None,
        settings: Mapping[str, object] | None = None,
        level: str = "info",
    ) -> None:
        self.folder = folder or directory / "scans"
        self.folder.mkdir(exist_ok=True)
        self.ready_after = 0.0
        self.state = directory / "state"
        self._log = directory / "log"
        self._socket = directory / "notify"
        self._command = [sys.executable, "-m", "ocr_watcher", "run", "--log-level", level]
        self._command += ["-c", str(directory / "config.yaml")]
        self._process: subprocess.Popen[bytes] | None = None
        chosen = {
            "folders": [str(self.folder)],
            "state_dir": str(self.state),
            "engine": "local" if url is None else "baidu",
            "settle_seconds": 0,
            "baidu": {} if url is None else {"base_url": url, "qps": 0},
            "log": {"format": "json"},
            **(settings or {}),
        }
        (directory / "config.yaml").write_text(yaml.safe_dump(chosen), "utf-8")

    def __enter__(self) -> Self:
        self._socket.unlink(missing_ok=True)
        with (
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener,
            self._log.open("wb") as log,
        ):
            listener.bind(str(self._socket))
            listener.settimeout(600)
            started = time.monotonic()
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=environment(NOTIFY_SOCKET=str(self._socket), **_KEYS),
                stdin=subprocess.DEVNULL,
                stderr=log,
            )
            while b"READY=1" not in listener.recv(4096):
                pass
            self.ready_after = time.monotonic() - started
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    @property
    def number(self) -> int:
        """The number of its process."""
        if self._process is None or self._process.poll() is not None:
            raise RuntimeError(f"the daemon has ended: {self._log.read_text('utf-8')[-2000:]}")
        return self._process.pid

    @property
    def cpu_seconds(self) -> float:
        """The processor time that it has used."""
        return process.cpu_seconds(self.number)

    @property
    def memory(self) -> Memory:
        """The memory that it holds."""
        return process.memory(self.number)

    def events(self, message: str) -> Iterator[Mapping[str, object]]:
        """Return the events of its log that have a message."""
        for line in self._log.read_text("utf-8").splitlines():
            if f'"{message}"' in line and line.endswith("}"):
                yield json.loads(line)
