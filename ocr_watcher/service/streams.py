"""Standard output and standard error that never raise.

If a reader goes away (``| head -1``), the disk is full or the shell closed the stream (``>&-``),
every write fails: in a print, in a library, and in the interpreter's last flush. The fault is
therefore caught in one place below all of them.
"""

from __future__ import annotations

import io
import os
import select
import sys
from typing import TYPE_CHECKING, TextIO

from ocr_watcher.escapes import printable

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_STANDARD_OUTPUT, _STANDARD_ERROR = 1, 2


def replace_standard_streams() -> None:
    """Replace ``sys.stdout`` and ``sys.stderr`` by streams that never raise.

    A descriptor that the program was started without is opened on ``/dev/null`` first: the next
    file that is opened would otherwise get its number, and receive the output.
    """
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= _STANDARD_ERROR:
        os.set_inheritable(descriptor, True)
    os.close(descriptor)
    sys.stdout = _lasting(_STANDARD_OUTPUT, sys.stdout)
    sys.stderr = _lasting(_STANDARD_ERROR, sys.stderr)


def fault_of(stream: TextIO) -> str:
    """Return why a stream could not be written to the end; empty if all was written.

    A reader that went away is no fault, because it needed no more.
    """
    raw = _raw(stream)
    if raw is None:
        return ""
    stream.flush()
    return raw.fault


def takes_more(stream: TextIO) -> bool:
    """Return whether a stream still has a reader and no fault, as of the last write."""
    raw = _raw(stream)
    return raw is None or not (raw.fault or raw.reader_left)


class _LastingStream(io.RawIOBase):
    """A stream to a descriptor that discards everything after the first fault.

    Attributes:
        reader_left: Whether the other end of a pipe or socket was closed.
        fault: The message of the system for any other fault; empty without one.
    """

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor
        self.reader_left = False
        self.fault = ""

    def fileno(self) -> int:
        """Return the descriptor."""
        return self._descriptor

    def isatty(self) -> bool:
        """Return whether it is a terminal."""
        return os.isatty(self._descriptor)

    def writable(self) -> bool:
        """Return true."""
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        """Write what the descriptor accepts; after a fault, count everything as written."""
        while not (self.reader_left or self.fault):
            try:
                return os.write(self._descriptor, data)
            except BlockingIOError:  # the terminal was left non-blocking by another program
                select.select([], [self._descriptor], [])
            except ConnectionError:  # BrokenPipeError is one
                self.reader_left = True
            except OSError as error:
                self.fault = printable(error.strerror or "unknown fault")
        return memoryview(data).nbytes


def _lasting(descriptor: int, before: TextIO | None) -> TextIO:
    is_error = descriptor == _STANDARD_ERROR
    raw: io.RawIOBase = _LastingStream(descriptor)
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=before.encoding if before else "utf-8",
        errors=before.errors if before else "backslashreplace",
        line_buffering=is_error or os.isatty(descriptor),
    )


def _raw(stream: TextIO) -> _LastingStream | None:
    raw = getattr(getattr(stream, "buffer", None), "raw", None)
    return raw if isinstance(raw, _LastingStream) else None
