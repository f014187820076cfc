"""One sandbox process as the daemon uses it: started, asked, and ended whatever it does."""

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
"""Variables without which Python might not start. No other one is handed on: the keys of the
service, the way to its credentials and proxies with passwords are among them."""

_START_SECONDS = 60.0
"""Of importing Pillow, on a slow machine with all its processors busy."""

_FAREWELL_SECONDS = 1.0
"""Between the end of a process's connection and its own, by which the cause of its end is known."""

_SCAN_AGAIN = "Open the picture in a viewer; if that fails too, scan it again."

_Answer = TypeVar("_Answer")

_UNHEARD = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


class SandboxClient:
    """A sandbox process and the connection to it. One thread uses it at a time.

    Attributes:
        session: The file that the sandbox holds open; None where it holds none.
    """

    def __init__(self) -> None:
        """Start the process; it need not be ready.

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
                self._process = subprocess.Popen(  # noqa: S603  ourselves
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
        """Whether it can be asked. One that nobody asks may have been killed meanwhile."""
        return self._process.poll() is None

    def ask(
        self, request: Message, understand: Callable[[Message], _Answer], seconds: float
    ) -> _Answer:
        """Send a request and wait for the answer.

        Args:
            request: What is asked.
            understand: Makes the answer of a message, or raises one of `NONSENSE`.
            seconds: How long it may take; after that the process is ended.

        Raises:
            ImageError: There is no answer, for the picture is at fault, or takes too long.
            DoubtfulImageError: The process came to its end meanwhile, or talks nonsense and was
                ended for it.
            TransientError: It did not begin.
            SandboxFault: There is a fault in this program.
        """
        self._become_ready()
        try:
            return understand(self._exchange(request, time.monotonic() + seconds))
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
            raise  # an answer, and read to its end
        except BaseException:
            self.end()  # what is left of its answer would be taken for the next one
            raise

    def kill(self) -> None:
        """End the process; whoever waits for its answer learns of it. Any thread may call this."""
        self._process.kill()

    def end(self) -> None:
        """End the process, and give back what is held for it; may be called again."""
        self._process.kill()
        self._process.wait()
        self._ends.close()

    def _become_ready(self) -> None:
        # Not of a page's time: on a busy machine a process starts slowly, whatever it will decode.
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
        """Return what a process ended with that broke its connection off."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_FAREWELL_SECONDS)
        self.end()
        return self._process.returncode

    def _exchange(self, request: Message, deadline: float) -> Message:
        send(self._channel, request, deadline)
        answer = receive(self._channel, deadline)
        if "error" in answer.facts:
            raise_error(answer.facts["error"])
        return answer


def _environment() -> dict[str, str]:
    """Give the process what it needs to find the modules that this one finds, and nothing else."""
    needed = {name: os.environ[name] for name in _NEEDED if name in os.environ}
    modules = [str(Path(path).absolute()) for path in sys.path]
    return needed | {"PYTHONPATH": os.pathsep.join(modules)}


@contextlib.contextmanager
def _signals_blocked() -> Iterator[None]:
    """Keep from what is started meanwhile the signals that ask a program to end.

    A terminal and a service manager send them to every process. To the daemon they mean that
    nothing new is begun; which sandbox is to end, and when, is the daemon's to say. A process
    inherits what the thread that starts it blocks, from its first instruction on (execve(2)).
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _UNHEARD)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _crash(status: int) -> DoubtfulImageError:
    """Return how a process came to its end. Why, only the kernel knows: so a few tries tell."""
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
