"""Podman with a store of its own, which builds the image from the Containerfile and runs it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Any, Self

from tests.systemd import debian

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

IMAGE = "localhost/ocr-watcher"
USER = "1234:1234"
_BASE = f"docker.io/library/debian:{debian.TRIXIE.name}-slim"
_PIP = "[global]\nno-index = true\nfind-links = /usr/src/wheels\n"
# crun(1) knows no machine with both versions of control groups mounted, so it is shown the older.
_ROOM = "umount /sys/fs/cgroup/unified 2>/dev/null; echo; exec sleep infinity"


def what_is_missing() -> str:
    """Return why no container can be run here; empty if one can."""
    missing = [tool for tool in ("podman", "crun", "nsenter") if not shutil.which(tool)]
    return debian.what_is_missing() or (f"not installed: {', '.join(missing)}" if missing else "")


class Podman:
    """Podman for as long as the context lasts, then all that it has stored is removed.

    Its commands share a mount namespace, with which every mount of theirs ends.

    Args:
        directory: An empty directory, which it removes.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._room = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "sh", "-c", _ROOM],
            stdout=subprocess.PIPE,
        )
        assert self._room.stdout is not None
        self._room.stdout.readline()
        places = (f"--root={directory}/store", f"--runroot={directory}/run")
        self._command = [
            *("nsenter", f"--target={self._room.pid}", "--mount", "podman", *places),
            *("--cgroup-manager=cgroupfs", "--events-backend=file", "--log-level=fatal"),
        ]
        self._command.append(f"--storage-driver={self._driver()}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.attempt("rm", "--all", "--force", "--time=0")
        self._room.kill()
        self._room.wait()
        assert self._room.stdout is not None
        self._room.stdout.close()
        shutil.rmtree(self._directory, ignore_errors=True)

    def build(self) -> None:
        """Build the image from the Containerfile, from what debootstrap and pip have fetched."""
        archive = ("tar", "--directory", debian.root(debian.TRIXIE), "--exclude=./dev", "-c", ".")
        with subprocess.Popen(archive, stdout=subprocess.PIPE) as tree:
            done = self.attempt("import", "-", _BASE, input_from=tree.stdout)
        assert done.returncode == 0, done.stderr
        settings = self._directory / "pip.conf"
        settings.write_text(_PIP, "utf-8")
        self.run(
            *("build", "--isolation=chroot", "--format=docker", "--layers=false", "--pull=never"),
            f"--volume={debian.wheels(debian.TRIXIE)}:/usr/src/wheels:ro",
            f"--volume={settings}:/etc/pip.conf:ro",
            *(f"--tag={IMAGE}", f"--file={debian.CHECKOUT}/Containerfile", str(debian.CHECKOUT)),
            within=900,
        )

    def container(
        self,
        *arguments: str,
        options: tuple[str, ...] = (),
        folder: Path | None = None,
        user: str = USER,
    ) -> subprocess.CompletedProcess[str]:
        """Run the image as compose.yaml does, with a folder at ``/scans``."""
        mounted = [f"--volume={folder}:/scans"] if folder else []
        return self.attempt(
            *("run", "--network=none", "--cgroups=disabled", "--log-driver=k8s-file"),
            # More than Podman's own bounds may be asked for by nobody here.
            *("--ulimit=nofile=1024:1024", "--ulimit=nproc=4096:4096"),
            *("--read-only", "--cap-drop=all", "--security-opt=no-new-privileges"),
            *(f"--user={user}", *mounted, *options, IMAGE, *arguments),
        )

    def run(self, *arguments: str, within: float = 120.0) -> str:
        """Run a command of Podman, and return what it prints."""
        done = self.attempt(*arguments, within=within)
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        return done.stdout

    def attempt(
        self, *arguments: str, within: float = 120.0, input_from: Any = subprocess.DEVNULL
    ) -> subprocess.CompletedProcess[str]:
        """The same for one that may fail."""
        return subprocess.run(
            [*self._command, *arguments],
            stdin=input_from,
            capture_output=True,
            text=True,
            timeout=within,
            check=False,
            env={**os.environ, "BUILDAH_FORMAT": "docker"},
        )

    def configuration(self) -> dict[str, Any]:
        """The part of the image that says how it is run."""
        (told,) = json.loads(self.run("image", "inspect", IMAGE))
        return {**told, **told["Config"]}

    def logs(self, name: str) -> str:
        """What a container has said on both streams."""
        done = self.attempt("logs", name)
        return done.stdout + done.stderr

    def _driver(self) -> str:
        """Overlay, where it can be had: with the other, each step copies the whole image."""
        for driver in ("overlay", "vfs"):
            if self.attempt(f"--storage-driver={driver}", "info").returncode == 0:
                return driver
        raise AssertionError(self.attempt("--storage-driver=vfs", "info").stderr)
