"""The filter for faults that repeat: a few lines are logged, the others are counted."""

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
"""The attribute of a record that identifies a fault which repeats."""
_FIRST = 5
"""The lines that are logged at first; they show whether one image or each has the fault."""
_SECONDS = 600.0
_MOST_FAULTS = 100
"""The largest number of faults that are counted, as messages of libraries and of the service may
vary without end."""

_Fault = tuple[str, str, str, type[BaseException] | None]


@dataclass(slots=True)
class _Window:
    end: float  # seconds of the clock
    left: int  # the number of lines that may still be logged
    left_out: int = 0


def repeating(fault: object) -> dict[str, Any]:
    """Return an addition to the ``extra`` of a log call whose event repeats by itself.

    Args:
        fault: The text that identifies the fault; the rest of the message may differ.
    """
    return {_MARK: str(fault)}


class RepeatFilter(logging.Filter):
    """A filter that suppresses and counts a fault that was logged often enough.

    It suppresses only events that repeat by themselves, from ``warning`` on. These are events
    marked by `repeating`, such as an image that is tried again later, faults of this program that
    are logged with an exception, and events of libraries. All other events are logged each time,
    because they occur only when something changes, such as the end of an image, a pause, or a
    folder that went away.

    Two faults are the same if logger, message, the field ``code`` and the class of the exception
    are the same; image, directory and delay may differ. Of the same fault, 5 lines are logged
    within 10 minutes, then one every 10 minutes as long as lines were suppressed. The last line
    before a suppression has the field ``similar_lines_left_out_for_seconds``, its duration. The
    first line after it has the field ``similar_lines_left_out``, the number of suppressed lines.
    If the fault does not occur again, that number is never logged.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Create a filter that has seen no fault.

        Args:
            clock: A function that returns the seconds of a clock that only goes forward.
        """
        super().__init__()
        self._clock = clock
        self._lock = threading.Lock()  # a handler acquires its own lock only after its filters
        self._windows: dict[_Fault, _Window] = {}  # the latest fault comes last

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether an event is logged, and add the counts to its fields."""
        if not _may_repeat(record):
            return True
        with self._lock:
            return self._is_logged(record, self._clock())

    def _is_logged(self, record: logging.LogRecord, now: float) -> bool:
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
