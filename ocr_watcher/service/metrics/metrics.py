"""The metrics of a process in Prometheus' text format."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, generate_latest

from ocr_watcher.events.model import AttemptEnded, ImageQueued
from ocr_watcher.service.metrics.counters import Counters
from ocr_watcher.service.metrics.gauges import Gauges
from ocr_watcher.service.metrics.waits import Waits

if TYPE_CHECKING:
    from ocr_watcher.events.bus import EventBus
    from ocr_watcher.service.metrics.facts import Facts


class Metrics:
    """The metrics of a process, over all of its pipelines."""

    def __init__(self) -> None:
        """Begin without a pipeline, with all counters at 0."""
        registry = CollectorRegistry(auto_describe=False)
        self._registry = registry
        self._counters = Counters(registry)
        self._gauges = Gauges(time.time())
        registry.register(self._gauges)

    def attach(self, facts: Facts, bus: EventBus) -> None:
        """Count the events of a pipeline that is not started yet, and read its state from now on.

        Args:
            facts: Its facts.
            bus: The bus of its events.
        """
        waits = Waits(facts.is_queued)
        bus.listen(ImageQueued, waits.queued)
        bus.listen(AttemptEnded, waits.ended)
        self._counters.attach(facts, bus)
        self._gauges.attach(facts, waits)

    def text(self) -> bytes:
        """Return all metrics; this uses neither folders nor the network."""
        return generate_latest(self._registry)
