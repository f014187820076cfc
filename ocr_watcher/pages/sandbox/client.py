"""The daemon's side of one sandbox process: start it, ask it, and end it whatever it does."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ocr_watcher.errors import DoubtfulImageError, ImageError, TransientError
from ocr_watcher.pages.sandbox.wire import NONSENSE, SandboxFault, raise_error, receive, send

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ocr_watcher.pages.sandbox.session import Session
    from ocr_watcher.pages.sandbox.wire import Message

_CHILD = "ocr_watcher.pages.sandbox.worker"

_NEEDED = ("LD_LIBRARY_PATH", "PYTHONHOME")
"""Variables without which Python might not start. No other variable is passed on, as the others may
hold keys of the service, the path of its credentials or proxies with passwords."""

_START_SECONDS = 60.0
"""Time for importing Pillow, on a slow machine with all its processors busy."""

_EXIT_SECONDS = 1.0
"""Time from the end of a connection to the end of its process, whose status gives the cause."""

_SCAN_AGAIN = "Open the picture in a viewer; if that fails too, scan it again."

_Answer = TypeVar("_Answer")

_END_SIGNALS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


class SandboxClient:
    """A sandbox process and the connection to it. One thread uses it at a time.

    Attributes:
        session: The file that the sandbox holds open; None where it holds none.
    """

    def __init__(self) -> None:
        """Start the process, without waiting until it is ready.

        Raises:
            TransientError: The machine refuses one more process, or runs out of descriptors.
        """
        self.session: Session | None = None
        self._is_ready = False
        try:
            self._start()
        except OSError as error:
            raise TransientError(
                "no-renderer",
                f"no process can be started to decode pictures in ({error.strerror})",
                advice="See whether processes, memory or open files are used up.",
            ) from error

    def _start(self) -> None:
        with contextlib.ExitStack() as ours, contextlib.ExitStack() as theirs:
            here, there = socket.socketpair()
            ours.callback(here.close)
            theirs.callback(there.close)
            watched, held = os.pipe()
            ours.callback(os.close, held)
            theirs.callback(os.close, watched)
            descriptors = (there.fileno(), watched)
            with _signals_blocked():
                self._process = subprocess.Popen(  # noqa: S603  this program itself
                    [sys.executable, "-P", "-m", _CHILD, *map(str, descriptors)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    pass_fds=descriptors,
                    cwd="/",
                    env=_environment(),
                )
            self._channel, self._ends = here, ours.pop_all()

    @property
    def lives(self) -> bool:
        """Whether the process still runs; an idle process may have been killed."""
        return self._process.poll() is None

    def ask(self, request: Message, parse: Callable[[Message], _Answer], seconds: float) -> _Answer:
        """Send a request and wait for the answer.

        Args:
            request: The request.
            parse: Called with the message; it returns the answer, or raises one of `NONSENSE`.
            seconds: The longest time for the answer; after that the process is ended.

        Raises:
            ImageError: There is no answer, because of the picture, or because it takes too long.
            DoubtfulImageError: The process ended meanwhile, or sent nonsense and was ended.
            TransientError: The process did not start.
            SandboxFault: There is a fault in this program.
        """
        self._become_ready()
        try:
            return parse(self._exchange(request, time.monotonic() + seconds))
        except TimeoutError:
            self.end()
            raise ImageError(
                "too-slow",
                f"a page was not decoded within {seconds:g} seconds",
                advice="Scan it at a lower resolution, or save it anew as JPEG.",
            ) from None
        except (EOFError, OSError):
            raise _crash(self._ended()) from None
        except NONSENSE:
            self.end()
            raise _crashed("talks nonsense", _SCAN_AGAIN) from None
        except (ImageError, SandboxFault):
            raise  # a complete answer, so the process can be asked again
        except BaseException:
            self.end()  # the rest of its answer would be taken for the next one
            raise

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

    def _become_ready(self) -> None:
        # The start does not count as time of a page: on a busy machine any process starts slowly.
        if self._is_ready:
            return
        try:
            receive(self._channel, time.monotonic() + _START_SECONDS)
        except (EOFError, OSError, ValueError):
            raise TransientError(
                "no-renderer",
                f"the process that decodes pictures did not start (status {self._ended()})",
                advice="See whether memory is used up, and whether the installation is complete.",
            ) from None
        self._is_ready = True

    def _ended(self) -> int:
        """Return the exit status of a process that closed its connection."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_EXIT_SECONDS)
        self.end()
        return self._process.returncode

    def _exchange(self, request: Message, deadline: float) -> Message:
        send(self._channel, request, deadline)
        answer = receive(self._channel, deadline)
        if "error" in answer.facts:
            raise_error(answer.facts["error"])
        return answer


def _environment() -> dict[str, str]:
    """Return the environment of a sandbox: what it needs to find the same modules, nothing else."""
    needed = {name: os.environ[name] for name in _NEEDED if name in os.environ}
    modules = [str(Path(path).absolute()) for path in sys.path]
    return needed | {"PYTHONPATH": os.pathsep.join(modules)}


@contextlib.contextmanager
def _signals_blocked() -> Iterator[None]:
    """Block the signals that ask a program to end, for the process that is started meanwhile.

    A terminal and a service manager send these signals to every process. The daemon itself decides
    when a sandbox ends: on such a signal it finishes what it has begun. A process inherits the
    signals that the thread which starts it blocks, from its first instruction on (execve(2)).
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _END_SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _crash(status: int) -> DoubtfulImageError:
    """Return the error for a process that ended.

    Only the kernel knows why it ended, so the image gets a few more tries.
    """
    if status == -signal.SIGKILL:
        cause = "was killed"
        advice = (
            "See in the kernel's log whether memory ran out; if so, scan at a lower resolution."
        )
    elif status < 0:
        cause = f"crashed (signal {-status}, {signal.strsignal(-status)})"
        advice = _SCAN_AGAIN
    else:
        cause = f"ended (status {status})"
        advice = "See whether the installation is complete."
    return _crashed(cause, advice)


def _crashed(cause: str, advice: str) -> DoubtfulImageError:
    return DoubtfulImageError(
        "decoder-crashed", f"the process that decodes the picture {cause}", advice=advice
    )
