"""The daemon's side of a process: start it, and end it whatever it does."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_NEEDED = ("LD_LIBRARY_PATH", "PYTHONHOME")
"""Variables without which Python might not start. No other variable is passed on, as the others may
hold keys of the service, the path of its credentials or proxies with passwords."""

_EXIT_SECONDS = 1.0
"""The time from the end of a connection to the end of its process, whose status gives the cause."""

_END_SIGNALS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


class ChildProcess:
    """A process that runs a module of this program, and the connections to it.

    The module is started with the numbers of its descriptors as arguments, which `inside.connected`
    takes.

    Attributes:
        channels: The connections, in the order in which the process has them.
    """

    def __init__(self, module: str, channels: int = 1) -> None:
        """Start the process, without waiting until it is ready.

        Args:
            module: The module that the process runs.
            channels: The number of connections to it.

        Raises:
            OSError: The machine refuses one more process, or runs out of descriptors.
        """
        with contextlib.ExitStack() as ours, contextlib.ExitStack() as theirs:
            pairs = [socket.socketpair() for _ in range(channels)]
            for here, there in pairs:
                ours.callback(here.close)
                theirs.callback(there.close)
            watched, held = os.pipe()
            ours.callback(os.close, held)
            theirs.callback(os.close, watched)
            self._process = _started(module, [*(there.fileno() for _, there in pairs), watched])
            self.channels = tuple(here for here, _ in pairs)
            self._ends = ours.pop_all()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def lives(self) -> bool:
        """Whether the process still runs; an idle process may have been killed."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End the process, so that a thread that waits for its answer stops waiting.

        Any thread may call this.
        """
        self._process.kill()

    def end(self) -> None:
        """End the process and close its descriptors; further calls do nothing."""
        self._process.kill()
        self._process.wait()
        self._ends.close()

    def until_ended(self) -> int:
        """Wait for the end of the process and return its exit status.

        Other threads may meanwhile call any other method, as nothing is held (waitid(2)).
        """
        with contextlib.suppress(ChildProcessError):  # another thread has its status already
            os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
        return self._process.wait()

    def ended(self) -> int:
        """Return the exit status of a process that closed its connection."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_EXIT_SECONDS)
        self.end()
        return self._process.returncode


def _started(module: str, descriptors: list[int]) -> subprocess.Popen[bytes]:
    with _signals_blocked():
        return subprocess.Popen(  # noqa: S603  this program itself
            [sys.executable, "-P", "-m", module, *map(str, descriptors)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=descriptors,
            cwd="/",
            env=_environment(),
        )


def _environment() -> dict[str, str]:
    """Return the environment of a child: what it needs to find the same modules, nothing else."""
    needed = {name: os.environ[name] for name in _NEEDED if name in os.environ}
    modules = [str(Path(path).absolute()) for path in sys.path]
    return needed | {"PYTHONPATH": os.pathsep.join(modules)}


@contextlib.contextmanager
def _signals_blocked() -> Iterator[None]:
    """Block the signals that ask a program to end, for the process that is started meanwhile.

    A terminal and a service manager send these signals to every process. The daemon itself decides
    when a child ends: on such a signal it finishes what it has begun. A process inherits the
    signals that the thread which starts it blocks, from its first instruction on (execve(2)).
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _END_SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def cause_of(status: int) -> str:
    """Return why a process ended, as the end of a sentence about it.

    Args:
        status: Its exit status, or the negative number of the signal that ended it.
    """
    if status == -signal.SIGKILL:
        return "was killed"
    if status < 0:
        return f"crashed (signal {-status}, {signal.strsignal(-status)})"
    return f"ended (status {status})"
