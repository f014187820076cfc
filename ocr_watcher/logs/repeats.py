"""Faults that repeat: told a few times, then counted."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_OURS = "ocr_watcher"
_MARK = "repeating"
"""The attribute of a record that holds what is the same each time."""
_FIRST = 5
"""So many lines show whether one image, or each of them, meets the fault."""
_SECONDS = 600.0
_MOST_FAULTS = 100
"""What libraries and the service say is theirs to vary: no more different faults are remembered."""

_Fault = tuple[str, str, str, type[BaseException] | None]


@dataclass(slots=True)
class _Window:
    end: float  # seconds of the clock
    left: int  # lines that are still told
    left_out: int = 0


def repeating(fault: object) -> dict[str, Any]:
    """Return an addition to the ``extra`` of a log call whose event repeats by itself.

    Args:
        fault: What is the same each time; the rest of the message may differ.
    """
    return {_MARK: str(fault)}


class RepeatFilter(logging.Filter):
    """Keeps back the same fault where it was told often enough, and counts it.

    Only what repeats by itself is ever kept back, from ``warning`` on: an event that is marked by
    `repeating` (an image that is tried again later, a directory that is passed over), a fault of
    this program that is logged with its exception, and what libraries say. How an image ends, why
    nothing is sent, what is wrong with the settings, that a folder went away: all else is told
    each time, for it is logged only where something changed.

    Two faults are the same where logger, message, the field ``code`` and the class of the
    exception are; image, directory and delay may differ. Of the same fault, 5 lines are told
    within 10 minutes, then one every 10 minutes, as long as there is something to count. The last
    line before the silence has the field ``similar_lines_left_out_for_seconds``, how long it
    lasts; the first one after it ``similar_lines_left_out``, how many there were.
    Nothing is told of a fault that does not come back after the silence.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Make a filter that knows of no fault.

        Args:
            clock: Seconds of a clock that only goes forward.
        """
        super().__init__()
        self._clock = clock
        self._lock = threading.Lock()  # a handler takes its own lock only after its filters
        self._windows: dict[_Fault, _Window] = {}  # the fault that was met last comes last

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether an event is told, and add to its fields what is counted."""
        if not _may_repeat(record):
            return True
        with self._lock:
            return self._is_told(record, self._clock())

    def _is_told(self, record: logging.LogRecord, now: float) -> bool:
        window = self._window(record, now)
        if not window.left:
            window.left_out += 1
            return False
        window.left -= 1
        if not window.left:
            _add(record, similar_lines_left_out_for_seconds=round(window.end - now))
        return True

    def _window(self, record: logging.LogRecord, now: float) -> _Window:
        fault = _fault(record)
        window = self._windows.pop(fault, None) or _Window(now + _SECONDS, _FIRST)
        if now >= window.end:
            if window.left_out:
                _add(record, similar_lines_left_out=window.left_out)
            window = _Window(now + _SECONDS, 1 if window.left_out else _FIRST)
        self._windows[fault] = window
        if len(self._windows) > _MOST_FAULTS:
            del self._windows[next(iter(self._windows))]
        return window


def _may_repeat(record: logging.LogRecord) -> bool:
    if record.levelno < logging.WARNING:
        return False
    is_ours = record.name.partition(".")[0] == _OURS
    return not is_ours or record.exc_info is not None or hasattr(record, _MARK)


def _fault(record: logging.LogRecord) -> _Fault:
    code = str(getattr(record, "fields", {}).get("code"))
    exception = record.exc_info[0] if record.exc_info else None
    what = record.getMessage()
    if hasattr(record, _MARK):
        what = f"{record.msg} {getattr(record, _MARK)}"
    return record.name, what, code, exception


def _add(record: logging.LogRecord, **counted: int) -> None:
    record.fields = {**getattr(record, "fields", {}), **counted}
