"""Set up the logs: events with fields, as readable lines or as JSON, always on standard error."""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import UTC, datetime
from typing import Any

from ocr_watcher.escapes import printable
from ocr_watcher.logs.fields import fields_of
from ocr_watcher.logs.log_queue import LogQueue
from ocr_watcher.logs.repeats import RepeatFilter
from ocr_watcher.logs.systemd_journal import PriorityFormatter, is_connected


def set_up(level: str, log_format: str, *, queued: bool = False, only_faults: bool = False) -> None:
    """Send the program's logs to standard error.

    Where standard error is the journal of systemd, each line begins with its priority. A line of
    text then has neither time nor level, as the journal shows them itself.

    Args:
        level: ``debug``, ``info``, ``warning`` or ``error``. Events of libraries are logged from
            ``warning`` on, as those below are about the libraries themselves. With ``debug``, a
            fault is logged with its traceback, and each time that it occurs.
        log_format: ``text`` or ``json``.
        queued: Whether a thread of its own writes the lines, so that no other thread waits for
            their reader.
        only_faults: Whether events at ``info`` are left out, as the command prints what it finds.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(log_format, with_traceback=level == "debug"))
    if level != "debug":
        handler.addFilter(RepeatFilter())
    logging.captureWarnings(True)  # such as Pillow's about odd metadata of a picture
    logging.basicConfig(
        handlers=[LogQueue(handler) if queued else handler], level=logging.WARNING, force=True
    )
    least = "warning" if only_faults and level == "info" else level
    logging.getLogger("ocr_watcher").setLevel(least.upper())
    logging.getLogger("watchdog.observers.inotify").addFilter(_is_no_thread_end)


def _formatter(log_format: str, *, with_traceback: bool) -> logging.Formatter:
    to_journal = is_connected(os.environ)
    formatter = (
        JsonFormatter(with_traceback)
        if log_format == "json"
        else TextFormatter(with_traceback, dated=not to_journal)
    )
    return PriorityFormatter(formatter) if to_journal else formatter


def _is_no_thread_end(record: logging.LogRecord) -> bool:
    """Return whether a record is not the error that watchdog logs when a thread ends normally."""
    return "called when the thread is inactive" not in record.getMessage()


class TextFormatter(logging.Formatter):
    """A formatter that writes an event as one line: time, level, message and ``field=value`` pairs.

    Args:
        with_traceback: Whether a traceback follows below the line.
        dated: Whether the line begins with time and level.
    """

    def __init__(self, with_traceback: bool, *, dated: bool) -> None:
        super().__init__()
        self._with_traceback = with_traceback
        self._dated = dated

    def format(self, record: logging.LogRecord) -> str:
        """Format one event."""
        parts = [printable(record.getMessage())]
        if self._dated:
            moment = self.formatTime(record, "%Y-%m-%d %H:%M:%S")
            parts = [moment, record.levelname.lower(), *parts]
        parts += [f"{name}={_shown(value)}" for name, value in fields_of(record).items()]
        if record.exc_info and self._with_traceback:
            traceback = self.formatException(record.exc_info).split("\n")
            parts.append("\n" + "\n".join(map(printable, traceback)))
        return " ".join(parts)


class JsonFormatter(logging.Formatter):
    """A formatter that writes an event as a JSON object on one line.

    The fields of the event stand beside ``time``, ``level`` and ``message``.
    """

    def __init__(self, with_traceback: bool) -> None:
        super().__init__()
        self._with_traceback = with_traceback

    def format(self, record: logging.LogRecord) -> str:
        """Format one event."""
        moment = datetime.fromtimestamp(record.created, UTC)
        event: dict[str, Any] = {
            "time": moment.isoformat().replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": printable(record.getMessage()),
            **fields_of(record),
        }
        if record.exc_info and self._with_traceback:
            event["traceback"] = self.formatException(record.exc_info)
        return json.dumps(event, default=_printable_text)


def _shown(value: object) -> str:
    text = _printable_text(value)
    return json.dumps(text, ensure_ascii=False) if " " in text or not text else text


def _printable_text(value: object) -> str:
    return printable(str(value))
