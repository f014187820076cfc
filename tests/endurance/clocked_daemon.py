"""The program on a wall clock that a trial sets: ``python -P clocked_daemon.py CLOCK ARGUMENT…``.

libfaketime does not do: it answers the clock_nanosleep(2) of Python's `time.sleep` with EINVAL.
"""

from __future__ import annotations

import mmap
import struct
import sys
import time

OFFSET = struct.Struct("=q")
"""Seconds by which the clock is ahead, at the beginning of the file CLOCK."""


def main() -> None:
    """Shift `time.time`, then run the program."""
    with open(sys.argv.pop(1), "rb") as file:  # noqa: PTH123  before anything else is imported
        offset = mmap.mmap(file.fileno(), OFFSET.size, prot=mmap.PROT_READ)
    real = time.time
    time.time = lambda: real() + OFFSET.unpack_from(offset)[0]
    from ocr_watcher.cli import main as program  # noqa: PLC0415  its modules bind the clock

    look_often_at_the_clock()
    program(prog_name="ocr-watcher")


def look_often_at_the_clock() -> None:
    """Have pauses notice within 0.2 seconds, instead of 5, that the clock was set."""
    from ocr_watcher.engine.circuit_breaker import CircuitBreaker  # noqa: PLC0415  see above
    from ocr_watcher.work.pause_holds import PauseHolds  # noqa: PLC0415

    CircuitBreaker.__init__.__kwdefaults__["look_seconds"] = 0.2
    PauseHolds.__init__.__defaults__ = (0.2,)


if __name__ == "__main__":
    main()
