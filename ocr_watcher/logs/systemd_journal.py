"""The formatter for the journal of systemd, which puts a priority before each line."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_STANDARD_ERROR = 2
_PRIORITIES = (
    (logging.CRITICAL, 2),
    (logging.ERROR, 3),
    (logging.WARNING, 4),
    (logging.INFO, 6),
)
_DEBUG = 7


def is_connected(environment: Mapping[str, str]) -> bool:
    """Return whether standard error goes to the journal.

    The variable alone proves nothing, as every process that a service starts inherits it, also one
    with another output. The device and inode in it must be those of the stream (systemd.exec(5)).

    Args:
        environment: The variables of the process, ``JOURNAL_STREAM`` among them where systemd
            started it.
    """
    try:
        status = os.fstat(_STANDARD_ERROR)
    except OSError:  # it was closed
        return False
    return environment.get("JOURNAL_STREAM") == f"{status.st_dev}:{status.st_ino}"


class PriorityFormatter(logging.Formatter):
    """A formatter that puts the priority before each line of another formatter (sd-daemon(3)).

    The journal takes each line as an entry of its own, so each line of a traceback has it too.
    """

    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__()
        self._formatter = formatter

    def format(self, record: logging.LogRecord) -> str:
        """Format one event."""
        priority = next(
            (priority for least, priority in _PRIORITIES if record.levelno >= least), _DEBUG
        )
        lines = self._formatter.format(record).split("\n")
        return "\n".join(f"<{priority}>{line}" for line in lines)
