"""What the journal of systemd wants of a line: its priority, and nothing that it knows itself."""

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

    The variable alone does not tell, for it is inherited by whatever a service starts, wherever
    that sends its output: its device and inode must be those of the stream (systemd.exec(5)).

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
    """Puts the priority before each line that another formatter makes, as in sd-daemon(3).

    The journal takes each line for an entry of its own, so those of a traceback have it, too.
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
