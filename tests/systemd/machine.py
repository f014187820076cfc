"""A machine booted by its own systemd, in a container on this one."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Machine:
    """Runs for as long as the context lasts; what it writes into its tree goes with it.

    It shares this machine's network, so that a server on 127.0.0.1 here is one there.

    Args:
        tree: Its file system; it stays as it is.
        read_only: Paths there, and what lies at them of this machine.
        writable: The same for what it may change here.
        log: The file that its console goes to.
        name: Its own; two that run at once need two.
    """

    def __init__(
        self,
        tree: Path,
        *,
        read_only: Mapping[str, Path],
        writable: Mapping[str, Path],
        log: Path,
        name: str = "ocr-watcher-test",
    ) -> None:
        # setpriv(1) has it go with us, even where we are killed.
        self._command = [
            *("setpriv", "--pdeathsig", "TERM", "systemd-nspawn", "--quiet", "--boot"),
            *("--register=no", "--keep-unit", "--console=pipe", "--volatile=overlay"),
            *(f"--machine={name}", f"--directory={tree}"),
            *(f"--bind-ro={here}:{there}" for there, here in read_only.items()),
            *(f"--bind={here}:{there}" for there, here in writable.items()),
        ]
        self._log = log
        self._container: subprocess.Popen[bytes] | None = None
        self._enter: list[str] = []

    def __enter__(self) -> Self:
        # Runs at the same time share the tree, which none of them changes: it needs no lock.
        variables = {**os.environ, "SYSTEMD_NSPAWN_LOCK": "0"}
        with self._log.open("wb") as log:
            self._container = subprocess.Popen(
                self._command, env=variables, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        eventually(lambda: self._is_up(self._started), within=60)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._started.send_signal(signal.SIGTERM)  # an orderly power-off, see systemd-nspawn(1)
        try:
            self._started.wait(120)
        except subprocess.TimeoutExpired:
            self._started.kill()
            self._started.wait()

    def run(self, *command: str, text: str = "", within: float = 60.0) -> str:
        """Runs a command there as root, and returns what it prints on either stream."""
        done = self.attempt(*command, text=text, within=within)
        assert done.returncode == 0, f"{command}: {done.stdout}"
        return done.stdout

    def attempt(
        self, *command: str, text: str = "", within: float = 60.0
    ) -> subprocess.CompletedProcess[str]:
        """The same for one that may fail."""
        return subprocess.run(
            [*self._enter, *command],
            input=text,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=within,
            check=False,
        )

    def write(self, path: str, content: str) -> None:
        """Writes a file there, and the directories above it; one that exists keeps its mode."""
        self.run("mkdir", "--parents", str(Path(path).parent))
        self.run("tee", path, text=content)

    @property
    def _started(self) -> subprocess.Popen[bytes]:
        assert self._container is not None
        return self._container

    def _is_up(self, container: subprocess.Popen[bytes]) -> bool:
        assert container.poll() is None, self._log.read_text("utf-8", "replace")
        children = Path(f"/proc/{container.pid}/task/{container.pid}/children").read_text("ascii")
        if not children:
            return False
        self._enter = [
            *("nsenter", "--target", children.split()[0], "--all"),
            *("env", "--ignore-environment", "--chdir=/"),
            *(f"PATH={_PATH}", "HOME=/root", "LANG=C.UTF-8"),
        ]
        state = self.attempt("systemctl", "is-system-running").stdout.strip()
        return state in {"running", "degraded"}
