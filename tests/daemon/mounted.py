"""A daemon whose folder is a file system of its own, in a mount namespace of its own.

No other process sees what is mounted there, and no privilege is needed (user_namespaces(7)).
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pytest

from tests.daemon.daemon import Daemon

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.simulator.server import Simulator

_UNSHARE = ("unshare", "--map-root-user", "--mount")


class MountedDaemon(Daemon):
    """A daemon, started once; while it runs, its folder and its state are seen as it sees them.

    Args:
        directory: The directory of its folder, as for `Daemon`.
        simulator: The service.
        mount: A shell command that mounts something before it starts; its working directory is
            ``directory``.
        settings: The settings, as for `Daemon`.
        level: The level of the log, as for `Daemon`.
    """

    def __init__(
        self,
        directory: Path,
        simulator: Simulator,
        mount: str,
        *,
        settings: Mapping[str, object] | None = None,
        level: str = "info",
    ) -> None:
        script = f'cd "{directory}" && {mount} && exec "$@"'
        wrapper = (*_UNSHARE, "sh", "-c", script, "sh")
        super().__init__(directory, simulator, settings=settings, level=level, wrapper=wrapper)
        self._directory = directory

    def __enter__(self) -> Self:
        super().__enter__()
        inside = Path(f"/proc/{self.process.pid}/root")
        self.folder = inside / self.folder.relative_to("/")
        self.state = inside / self.state.relative_to("/")
        return self

    def run_inside(self, script: str) -> None:
        """Runs a shell command where the daemon runs."""
        enter = ("nsenter", f"--target={self.process.pid}", "--user", "--mount")
        subprocess.run(
            [*enter, "--preserve-credentials", "sh", "-c", f'cd "{self._directory}" && {script}'],
            check=True,
            timeout=20,
        )

    def memory(self, field: str) -> float:
        """A line of its memory, such as ``VmRSS``, in MiB (proc(5), /proc/pid/status)."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text("ascii").splitlines()
        return int(next(line for line in lines if line.startswith(field)).split()[1]) / 1024


def skip_where_nothing_may_be_mounted() -> None:
    """Skips a test on a machine that lets users make no namespaces."""
    tried = subprocess.run([*_UNSHARE, "true"], capture_output=True, check=False)
    if tried.returncode:
        pytest.skip("this machine lets its users make no mount namespaces")
