"""The outlets of a daemon: the socket of systemd, the page, the metrics and the messages."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr_watcher.service.messages.process_messages import ProcessMessages
from ocr_watcher.service.metrics.process_metrics import ProcessMetrics
from ocr_watcher.service.notify import Notifier
from ocr_watcher.service.web.process_page import ProcessPage

if TYPE_CHECKING:
    from collections.abc import Iterator

_STATUS_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Outlets:
    """The outlets of this process, which outlive its pipelines.

    Attributes:
        notifier: The socket of the service manager.
        metrics: The metrics.
        page: The page.
        messages: The messages to people.
    """

    notifier: Notifier
    metrics: ProcessMetrics
    page: ProcessPage
    messages: ProcessMessages

    @property
    def report_seconds(self) -> float:
        """The time between two reports to the service manager, which may end a silent service."""
        return min(_STATUS_SECONDS, (self.notifier.watchdog_seconds or _STATUS_SECONDS) / 3)


@contextlib.contextmanager
def open_outlets() -> Iterator[Outlets]:
    """Open the outlets of this process, and close them when the context ends."""
    with (
        Notifier(os.environ) as notifier,
        ProcessMetrics() as metrics,
        ProcessPage(os.environ) as page,
        ProcessMessages() as messages,
    ):
        yield Outlets(notifier, metrics, page, messages)
