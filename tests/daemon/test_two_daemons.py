"""Two daemons that cannot see each other's processes, files or sockets bill no image twice."""

from __future__ import annotations

import contextlib
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.daemon.daemon import Daemon, write
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.simulator.server import Simulator

APART = ("unshare", "--map-root-user", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
# The network namespace is the same: the simulator answers on the loopback address of this one.

QUICK = """
import ocr_watcher.service.lock as lock
from ocr_watcher.service.claim.verdict import Rhythm
lock.RHYTHM = Rhythm(beat=0.2, lease=0.8, patience=2.0)
"""
WITHOUT_LOCKS = """
import errno, fcntl
def flock(file, how, before=fcntl.flock):
    if "/scans/" in __import__("os").readlink(f"/proc/self/fd/{file}"):
        raise OSError(errno.ENOLCK, "No locks available")
    before(file, how)
fcntl.flock = flock
"""
MAIN = "from ocr_watcher.cli import main; main()"


@pytest.fixture
def namespaces() -> None:
    if subprocess.run([*APART, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets its users make no namespaces")


def elsewhere(
    daemon: Daemon, directory: Path, simulator: Simulator, program: Sequence[str] = ("-c", MAIN)
) -> Daemon:
    """Another daemon on the same folder, as on another host: with a state of its own."""
    directory.mkdir()
    settings = {"folders": [str(daemon.folder)]}
    other = Daemon(directory, simulator, settings=settings, program=program, wrapper=APART)
    other.folder = daemon.folder
    return other


@contextlib.contextmanager
def running(daemon: Daemon) -> Iterator[subprocess.Popen[bytes]]:
    """Runs one that need not come so far as to watch."""
    with subprocess.Popen(
        daemon.command_line,
        env=daemon.variables,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.usefixtures("namespaces")
@pytest.mark.parametrize("program", [MAIN, WITHOUT_LOCKS + MAIN], ids=["locks", "no locks"])
def test_in_namespaces_of_their_own_twelve_images_are_twelve_calls(
    simulator: Simulator, tmp_path: Path, program: str
) -> None:
    first = Daemon(tmp_path, simulator, program=("-c", QUICK + program), wrapper=APART)
    second = elsewhere(first, tmp_path / "second", simulator)
    with first:
        with running(second) as process:
            assert process.wait(30) == 1
            assert process.stderr is not None
            assert b"another ocr-watcher works on" in process.stderr.read()
        for number in range(12):
            write(first.folder / f"{number}.png", f"number {number}")
        eventually(lambda: len(first.texts()) == 12)
    assert len(simulator.calls) == 12


def test_killed_and_started_again_it_goes_on_at_once(simulator: Simulator, tmp_path: Path) -> None:
    with Daemon(tmp_path, simulator) as daemon:
        daemon.kill()
    with Daemon(tmp_path, simulator) as daemon:
        write(daemon.folder / "a.png", "words")
        eventually(daemon.texts, 10)
        assert daemon.stop() == 0
        assert not (daemon.folder / ".ocr-watcher.lock").exists()


@pytest.mark.slow
@pytest.mark.usefixtures("namespaces")
def test_a_stopped_daemon_that_was_taken_over_makes_no_call_when_it_wakes(
    simulator: Simulator, tmp_path: Path
) -> None:
    program = ("-c", QUICK + WITHOUT_LOCKS + MAIN)
    first = Daemon(tmp_path, simulator, program=program)
    second = elsewhere(first, tmp_path / "second", simulator, program=program)
    with first:
        write(first.folder / "a.png", "first")
        eventually(lambda: len(first.texts()) == 1)
        first.process.send_signal(signal.SIGSTOP)
        with second:
            first.process.send_signal(signal.SIGCONT)
            for number in range(12):
                write(first.folder / f"{number}.png", f"number {number}")
            eventually(lambda: len(first.texts()) == 13)
            eventually(lambda: first.says("the folder is left alone: another ocr-watcher works on"))
            told = "left alone: another ocr-watcher works on"
            eventually(lambda: told in first.beside("status").stdout)
            second.kill()
        write(first.folder / "last.png", "last")
        eventually(lambda: len(first.texts()) == 14)
        assert first.says("the folder is worked on again")
    assert len(simulator.calls) == 14
