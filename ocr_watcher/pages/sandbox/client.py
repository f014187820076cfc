"""The daemon's side of one sandbox process: starts it, sends it requests, and can always end it."""

from __future__ import annotations

import time
from signal import SIGKILL
from typing import TYPE_CHECKING, TypeVar

from ocr_watcher.errors import DoubtfulImageError, ImageError, TransientError
from ocr_watcher.pages.sandbox.wire import ERRORS
from ocr_watcher.processes.child import ChildProcess, cause_of
from ocr_watcher.processes.errors import ProcessFault
from ocr_watcher.processes.wire import NONSENSE, receive, send

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.pages.sandbox.session import Session
    from ocr_watcher.processes.wire import Message

_CHILD = "ocr_watcher.pages.sandbox.worker"

_START_SECONDS = 60.0
"""The seconds for the import of Pillow, on a slow machine with all its processors busy."""

_SCAN_AGAIN = "open the picture in a viewer; if that fails too, scan it again"

_Answer = TypeVar("_Answer")


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
            self._process = ChildProcess(_CHILD)
        except OSError as error:
            raise TransientError(
                "no-renderer",
                f"no process can be started to decode pictures in ({error.strerror})",
                advice="see whether processes, memory or open files are used up",
            ) from error
        (self._channel,) = self._process.channels

    @property
    def lives(self) -> bool:
        """Whether the process still runs; an idle process may have been killed."""
        return self._process.lives

    def ask(self, request: Message, parse: Callable[[Message], _Answer], seconds: float) -> _Answer:
        """Send a request and wait for the answer.

        Args:
            request: The request.
            parse: Called with the message; it returns the answer, or raises one of `NONSENSE`.
            seconds: The longest time for the answer; after that the process is ended.

        Raises:
            ImageError: There is no answer, because of the picture, or because it takes too long.
            DoubtfulImageError: The process ended meanwhile, or was ended after an invalid message.
            TransientError: The process did not start.
            ProcessFault: There is a fault in this program.
        """
        self._become_ready()
        try:
            return parse(self._exchange(request, time.monotonic() + seconds))
        except TimeoutError:
            self.end()
            raise ImageError(
                "too-slow",
                f"a page was not decoded within {seconds:g} seconds",
                advice="scan it at a lower resolution, or save it anew as JPEG",
            ) from None
        except (EOFError, OSError):
            raise _crash(self._process.ended()) from None
        except NONSENSE:
            self.end()
            raise _crashed("talks nonsense", _SCAN_AGAIN) from None
        except (ImageError, ProcessFault):
            raise  # a complete answer, so the process can be asked again
        except BaseException:
            self.end()  # the rest of its answer would be read as the next one
            raise

    def kill(self) -> None:
        """End the process, so that a thread that waits for its answer stops waiting.

        Any thread may call this.
        """
        self._process.kill()

    def end(self) -> None:
        """End the process and close its descriptors; further calls do nothing."""
        self._process.end()

    def _become_ready(self) -> None:
        # The start does not count as time of a page: on a busy machine any process starts slowly.
        if self._is_ready:
            return
        try:
            receive(self._channel, time.monotonic() + _START_SECONDS)
        except (EOFError, OSError, ValueError):
            raise TransientError(
                "no-renderer",
                f"the process that decodes pictures did not start (status {self._process.ended()})",
                advice="see whether memory is used up, and whether the installation is complete",
            ) from None
        self._is_ready = True

    def _exchange(self, request: Message, deadline: float) -> Message:
        send(self._channel, request, deadline)
        answer = receive(self._channel, deadline)
        if "error" in answer.facts:
            ERRORS.raise_told(answer.facts["error"])
        return answer


def _crash(status: int) -> DoubtfulImageError:
    """Return the error for a process that ended.

    Only the kernel knows why it ended, so the image gets a few more tries.
    """
    advice = "see whether the installation is complete"
    if status == -SIGKILL:
        advice = "see in the kernel's log whether memory ran out; if so, scan at a lower resolution"
    elif status < 0:
        advice = _SCAN_AGAIN
    return _crashed(cause_of(status), advice)


def _crashed(cause: str, advice: str) -> DoubtfulImageError:
    return DoubtfulImageError(
        "decoder-crashed", f"the process that decodes the picture {cause}", advice=advice
    )
