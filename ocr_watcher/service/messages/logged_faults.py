"""The log of targets: a line when a target accepts no messages, and one when it does again."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ocr_watcher.logs.fields import fields

if TYPE_CHECKING:
    from ocr_watcher.service.messages.target import Target

_log = logging.getLogger(__name__)


class LoggedFaults:
    """The faults that are in the log already."""

    def __init__(self) -> None:
        """Begin without faults."""
        self._targets: set[str] = set()
        self._store = ""

    def of_target(self, target: Target, fault: str) -> None:
        """Log the result of a sending, if it has changed.

        Args:
            target: The target.
            fault: Why it did not accept the message; empty if it did.
        """
        key = target.key
        if fault and key not in self._targets:
            self._targets.add(key)
            _log.warning(
                "messages cannot be sent; they are kept, and the work goes on: %s",
                fault,
                extra=fields(target=str(target)),
            )
        elif not fault and key in self._targets:
            self._targets.discard(key)
            _log.info("messages are sent again", extra=fields(target=str(target)))
        elif not fault:
            _log.debug("a message is sent", extra=fields(target=str(target)))

    def of_store(self, fault: str) -> None:
        """Log that messages cannot be kept, or can be kept again, if that has changed."""
        if fault == self._store:
            return
        if fault:
            _log.warning(
                "messages cannot be kept; they are sent from memory, and the work goes on: %s",
                fault,
            )
        else:
            _log.info("messages are kept again")
        self._store = fault
