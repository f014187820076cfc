"""Logs: events with fields, as readable lines or as JSON, always on standard error."""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import UTC, datetime
from typing import Any

from ocr_watcher.escapes import printable
from ocr_watcher.logs.fields import fields_of
from ocr_watcher.logs.journal import PriorityFormatter, is_connected
from ocr_watcher.logs.queue import LogQueue
from ocr_watcher.logs.repeats import RepeatFilter


def set_up(level: str, log_format: str, *, queued: bool = False) -> None:
    """Send the program's logs to standard error.

    Where that is the journal of systemd, each line has its priority before it, and a line of text
    neither time nor level, which the journal shows itself.

    Args:
        level: ``debug``, ``info``, ``warning`` or ``error``. Libraries are heard from
            ``warning`` on: what they say below that is about themselves. With ``debug`` a fault
            is told with its traceback, and as often as it comes.
        log_format: ``text`` or ``json``.
        queued: Whether a thread of its own writes the lines, so that nobody waits for whoever
            reads them.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(log_format, with_traceback=level == "debug"))
    if level != "debug":
        handler.addFilter(RepeatFilter())
    logging.captureWarnings(True)  # Pillow's, say, on a picture's odd metadata
    logging.basicConfig(
        handlers=[LogQueue(handler) if queued else handler], level=logging.WARNING, force=True
    )
    logging.getLogger("ocr_watcher").setLevel(level.upper())
    logging.getLogger("watchdog.observers.inotify").addFilter(_is_no_farewell)


def _formatter(log_format: str, *, with_traceback: bool) -> logging.Formatter:
    to_journal = is_connected(os.environ)
    formatter = (
        JsonFormatter(with_traceback)
        if log_format == "json"
        else TextFormatter(with_traceback, dated=not to_journal)
    )
    return PriorityFormatter(formatter) if to_journal else formatter


def _is_no_farewell(record: logging.LogRecord) -> bool:
    """Keep back what watchdog calls an error whenever one of its threads ends as it should."""
    return "called when the thread is inactive" not in record.getMessage()


class TextFormatter(logging.Formatter):
    """One readable line an event: time, level, message, and each field as ``field=value``.

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
    """One JSON object a line an event, its fields beside ``time``, ``level`` and ``message``."""

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
