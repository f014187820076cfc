"""The reports of a daemon to the service manager, and its signs of life for people."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.service.notify import Notifier

_log = logging.getLogger(__name__)

_EXTENSION_SECONDS = 60.0
"""The time by which a sign extends a start. Signs come every second; a machine may be busy."""


class Reporter:
    """The reports of one run, which send only changes of the status.

    Args:
        notifier: The socket of the service manager.
        give_sign: Leaves a sign of life with the work that does not advance; empty if all advances.
    """

    def __init__(self, notifier: Notifier, give_sign: Callable[[str], None]) -> None:
        self._notifier = notifier
        self._give_sign = give_sign
        self._status = ""
        self._fault = ""

    def report(self, status: str, fault: str, *, starting: bool = False) -> None:
        """Send the status, and that the service is alive unless some work does not advance.

        Args:
            status: The status in one line for people.
            fault: The work that does not advance; empty if all work advances.
            starting: Whether the service manager waits for the end of a start.
        """
        if status != self._status:
            self._status = status
            self._notifier.status(status)
        if not fault:
            self._notifier.alive()
            if starting:
                self._notifier.extend_start(_EXTENSION_SECONDS)
        elif fault != self._fault:
            _log.error("the work does not advance: %s", fault)
        self._fault = fault
        self._give_sign(fault)
