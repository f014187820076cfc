"""Decides what happens to a page if the process that was to read it has ended."""

from __future__ import annotations

import signal
from dataclasses import dataclass, replace

from ocr_watcher.errors import DoubtfulImageError, DoubtfulServiceError, TransientError
from ocr_watcher.processes.child import cause_of

IDLE_STATUS = 75
"""The exit status of a process that ended because it had no work."""

_MOST_OTHER_ENDS = 3
"""The number of ends of the process that a page did not cause, after which it is tried later."""

_FAULTS = {signal.SIGSEGV, signal.SIGILL, signal.SIGBUS, signal.SIGFPE, signal.SIGABRT}
"""The signals that end a process with a fault in its code. SIGKILL is sent from outside."""

_MEMORY = "see in the kernel's log whether memory ran out; if so, allow more, or use fewer workers"
_MORE_MEMORY = (
    "allow the program more memory (MemoryMax= of the service, or the limit of the container), "
    "close other programs, or use fewer workers"
)
_LARGE_PAGE = f"{_MORE_MEMORY}; or scan the page at a lower resolution"
_SCAN_AGAIN = "open the picture in a viewer; if that fails too, scan it again"


@dataclass(frozen=True, slots=True)
class ProcessEnd:
    """The end of the process, and what it means for a page.

    Attributes:
        cause: The cause, worded as the end of a sentence about the process.
        blames_page: Whether the page may have caused it.
        advice: The advice to a person.
        memory_ran_out: Whether the kernel ended it because memory ran out, which may be due to the
            page or to any other use of memory.
    """

    cause: str
    blames_page: bool
    advice: str = _SCAN_AGAIN
    memory_ran_out: bool = False


class ProcessEnded(Exception):  # noqa: N818  no error of its own: the page is read again
    """The process ended before a page was read.

    Attributes:
        end: The end of the process.
    """

    def __init__(self, end: ProcessEnd) -> None:
        super().__init__(end.cause)
        self.end = end


class StartCrashedError(TransientError):
    """The process crashed while it loaded the models."""


class StartKilledError(TransientError):
    """The process was killed while it loaded the models, by the kernel or by a person."""


def start_error(status: int) -> type[TransientError]:
    """Return the class of the error of a process that ended while it loaded the models.

    Args:
        status: The exit status, or the negative number of the signal that ended it.
    """
    if status == -signal.SIGKILL:
        return StartKilledError
    return StartCrashedError if crashed(status) else TransientError


def not_started(why: str, kind: type[TransientError] = TransientError) -> TransientError:
    """Return the error of a process that did not start.

    Args:
        why: The reason.
        kind: The class of the error.
    """
    return kind(
        "no-models",
        f"the process of the local models did not start ({why})",
        advice="see whether memory, processes or open files are used up, and whether the "
        "installation is complete",
    )


def crashed(status: int) -> bool:
    """Return whether a process was ended by a fault of its own code.

    Args:
        status: The exit status, or the negative number of the signal that ended it.
    """
    return -status in _FAULTS


def cause_of_end(status: int, *, memory_ran_out: bool) -> str:
    """Return the cause of the end, worded as the end of a sentence about the process.

    Args:
        status: The exit status, or the negative number of the signal that ended it.
        memory_ran_out: Whether the kernel ended it because memory ran out.
    """
    return "was killed by the kernel, as memory ran out" if memory_ran_out else cause_of(status)


def end_of(
    status: int, *, was_given_up: bool, had_page: bool, memory_ran_out: bool = False
) -> ProcessEnd:
    """Return the end of a process, and what it means for a page.

    Args:
        status: The exit status, or the negative number of the signal that ended it.
        was_given_up: Whether this program ended it, for another page or because it stops.
        had_page: Whether the process had been given the page.
        memory_ran_out: Whether the kernel ended it because memory ran out.
    """
    blames_page = had_page and not was_given_up and status != IDLE_STATUS
    advice = _MEMORY if status == -signal.SIGKILL else _SCAN_AGAIN
    cause = cause_of_end(status, memory_ran_out=memory_ran_out)
    return ProcessEnd(cause, blames_page, advice, memory_ran_out)


@dataclass(frozen=True, slots=True)
class Tries:
    """The tries of one page whose process ended.

    After the first crash, any page that was in the process may be to blame. So each of them is read
    again alone. No other page is in the process at the second crash, so no other suffers for it.

    Attributes:
        crashes: The number of ends of the process that the page may have caused.
        other_ends: The number of ends for another reason.
    """

    crashes: int = 0
    other_ends: int = 0

    @property
    def alone(self) -> bool:
        """Whether no other page may be read at the same time."""
        return self.crashes > 0

    def after(self, end: ProcessEnd) -> Tries:
        """Return the tries after one more end of the process. The page is then read again at once.

        Raises:
            DoubtfulImageError: The page also ended the process when it was read alone
                (``engine-crashed``).
            DoubtfulServiceError: Memory ran out when the page was read alone (``out-of-memory``).
            TransientError: The process ended several times without fault of this page.
        """
        if not end.blames_page:
            if self.other_ends + 1 >= _MOST_OTHER_ENDS:
                raise TransientError(
                    "engine-ended", f"the process of the local models {end.cause} again and again"
                )
            return replace(self, other_ends=self.other_ends + 1)
        if self.alone:
            raise _error_of_a_page_alone(end)
        return replace(self, crashes=self.crashes + 1)


def _error_of_a_page_alone(end: ProcessEnd) -> DoubtfulImageError | DoubtfulServiceError:
    """Return the error of a page that ended the process while it read no other.

    If memory ran out, other programs may have used it. The page is blamed only if others are read
    between its tries.
    """
    message = f"the process that reads the page {end.cause}, also when it read no other"
    if end.memory_ran_out:
        return DoubtfulServiceError(
            "out-of-memory", message, advice=_LARGE_PAGE, service_advice=_MORE_MEMORY
        )
    return DoubtfulImageError("engine-crashed", message, advice=end.advice)
