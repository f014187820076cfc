"""File systems as people have them: ntfs-3g, rclone, bindfs, an old ext4, and one that is odd.

Each is mounted for as long as a context lasts, in the mount namespace of the tests, by a process
that the test owns: stopped by SIGSTOP, a FUSE mount hangs as a share does whose server is gone.
They need root, ``/dev/fuse`` and the program that mounts them; else the test is skipped.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parents[1]
NOBODY = 65534
"""A user that owns nothing, and a group likewise."""


@dataclass(frozen=True, slots=True)
class Mount:
    """A FUSE mount.

    Attributes:
        path: The path where it is mounted.
        process: What answers for it.
    """

    path: Path
    process: subprocess.Popen[bytes]

    def hang(self) -> None:
        """Leaves every call on it without an answer."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Answers again, also the calls that hung."""
        self.process.send_signal(signal.SIGCONT)


@dataclass(frozen=True, slots=True)
class Odd:
    """The odd file system; what is odd about it may change while it is mounted.

    Attributes:
        mount: The mount.
        source: The directory behind it, which can be looked into past its faults.
        faults_file: The file that says what is odd.
    """

    mount: Mount
    source: Path
    faults_file: Path

    @property
    def path(self) -> Path:
        """The path where it is mounted."""
        return self.mount.path

    def faults(self, **faults: str | int) -> None:
        """Says what is odd from now on; see `tests.odd_file_system.Oddities`."""
        whole = self.faults_file.with_suffix(".new")
        whole.write_text(json.dumps(faults))
        whole.replace(self.faults_file)


@contextlib.contextmanager
def bindfs(source: Path, target: Path, *options: str) -> Iterator[Mount]:
    """Mounts one directory on another, with bindfs(1).

    Args:
        source: The directory.
        target: The path where it is mounted; it is made if it is missing, as for all of these.
        options: Such as ``--utime-deny``, ``--chown-deny``, ``--force-user=NAME``.
    """
    source.mkdir(exist_ok=True)
    with _mounted(["bindfs", "-f", *options, str(source), str(target)], target) as mount:
        yield mount


@contextlib.contextmanager
def ntfs(image: Path, target: Path, *options: str) -> Iterator[Mount]:
    """Mounts a new NTFS, with ntfs-3g(8).

    Args:
        image: The file that holds it; made.
        target: The path where it is mounted.
        options: Such as ``uid=0``, ``gid=65534``, ``umask=007``.
    """
    _needed("mkfs.ntfs")
    with image.open("wb") as file:
        file.truncate(16 * 2**20)
    subprocess.run(["mkfs.ntfs", "-F", "-q", "-f", image], check=True, capture_output=True)
    chosen = ",".join(("no_detach", "allow_other", *options))
    with _mounted(["ntfs-3g", str(image), str(target), "-o", chosen], target) as mount:
        yield mount


@contextlib.contextmanager
def rclone(source: Path, target: Path, *options: str) -> Iterator[Mount]:
    """Mounts a directory as if it were somebody's cloud, with rclone(1)."""
    source.mkdir(exist_ok=True)
    cache = target.with_name(target.name + "-cache")
    command = ["rclone", "mount", str(source), str(target), "--vfs-cache-mode", "writes"]
    settings = ["--config", "", "--cache-dir", str(cache), *options]
    with _mounted([*command, *settings], target) as mount:
        yield mount


@contextlib.contextmanager
def odd(source: Path, target: Path, **faults: str | int) -> Iterator[Odd]:
    """Mounts a directory through a file system of the tests' own that is odd as is said.

    Args:
        source: The directory behind it.
        target: The path where it is mounted.
        faults: See `tests.odd_file_system.Oddities`.
    """
    pytest.importorskip("mfusepy", exc_type=ImportError)
    source.mkdir(exist_ok=True)
    file = target.with_name(target.name + "-faults.json")
    file.write_text(json.dumps(faults))
    program = [sys.executable, "-m", "tests.odd_file_system", str(source), str(target), str(file)]
    with _mounted(program, target) as mount:
        yield Odd(mount, source, file)


@contextlib.contextmanager
def ext4(image: Path, target: Path, *, inode_size: int = 256, megabytes: int = 8) -> Iterator[Path]:
    """Mounts a new ext4 over a loop device; the file that holds it may be copied meanwhile.

    Args:
        image: The file that holds it; made.
        target: The path where it is mounted.
        inode_size: The size of an inode. With 128 bytes, dates have whole seconds and end in 2038.
        megabytes: Its size.
    """
    _needed("mkfs.ext4")
    target.mkdir(exist_ok=True)
    with image.open("wb") as file:
        file.truncate(megabytes * 2**20)
    size = ["-I", str(inode_size)]
    subprocess.run(["mkfs.ext4", "-q", "-F", *size, image], check=True, capture_output=True)
    with loop(image, target):
        yield target


@contextlib.contextmanager
def loop(image: Path, target: Path, *options: str) -> Iterator[None]:
    """Mounts the file system that a file holds; what its journal holds is replayed."""
    chosen = ",".join(("loop", *options))
    command = ["mount", "-o", chosen, str(image), str(target)]
    tried = subprocess.run(command, check=False, capture_output=True, text=True)
    if tried.returncode:
        pytest.skip(f"no loop device can be mounted: {tried.stderr.strip()}")
    try:
        yield
    finally:
        _unmount(target)


@contextlib.contextmanager
def _mounted(command: Sequence[str], target: Path) -> Iterator[Mount]:
    _needed(command[0])
    target.mkdir(exist_ok=True)
    before = target.stat().st_dev
    log = target.with_name(target.name + "-mount.log")
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        eventually(lambda: process.poll() is not None or _device(target) != before, 20)
        assert process.poll() is None, log.read_text()
        yield Mount(target, process)
    finally:
        process.send_signal(signal.SIGCONT)
        _unmount(target)
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _needed(program: str) -> None:
    if os.geteuid():
        pytest.skip("only root mounts for everybody")
    if not os.access("/dev/fuse", os.R_OK | os.W_OK):
        pytest.skip("this machine has no /dev/fuse")
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")


def _device(path: Path) -> int | None:
    try:
        return path.stat().st_dev
    except OSError as error:
        if error.errno != errno.ENOTCONN:  # it is there, and does not answer yet
            raise
        return None


def _unmount(target: Path) -> None:
    # Lazily: what a failed test left open must not keep it.
    subprocess.run(["umount", "--lazy", target], check=False, capture_output=True)
