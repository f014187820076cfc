"""The counters of a pipeline's events."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

from ocr_watcher.events.model import AttemptEnded, CallEnded
from ocr_watcher.service.metrics.labels import OK, OTHER, code_label, folder_label
from ocr_watcher.values.outcome import Failed, Recognised

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prometheus_client import CollectorRegistry

    from ocr_watcher.events.bus import EventBus
    from ocr_watcher.service.metrics.facts import Facts

DONE, FAILED = "done", "failed"
_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)
"""The bounds of the buckets in seconds: from a small picture, or a page from the cache, to the
longest time for a page on this machine."""


class Counters:
    """The counters of a process, which continue over all of its pipelines."""

    def __init__(
        self, registry: CollectorRegistry, wall_clock: Callable[[], float] = time.time
    ) -> None:
        """Create the counters.

        Args:
            registry: The registry that they belong to.
            wall_clock: A function that returns the seconds since the epoch.
        """
        # Otherwise each counter has a gauge with its creation time, which Prometheus does not use.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._wall_clock = wall_clock
        self._codes: Mapping[str, object] = {}
        self._finished = Counter(
            "ocr_watcher_images_finished",
            "Images whose work ended, by folder and state.",
            ("folder", "state"),
            registry=registry,
        )
        self._pages = Counter(
            "ocr_watcher_pages_read",
            "Pages of images whose text was written, by folder.",
            ("folder",),
            registry=registry,
        )
        self._page_seconds = Histogram(
            "ocr_watcher_page_duration_seconds",
            "Seconds a page, from opening its image to its text, without waits; "
            "for each page of a document the mean of its pages.",
            buckets=_SECONDS,
            registry=registry,
        )
        self._calls = Counter(
            "ocr_watcher_calls",
            "Calls of the engine, by endpoint and the code of the fault; ok where there was none.",
            ("engine", "endpoint", "code"),
            registry=registry,
        )
        self._call_seconds = Histogram(
            "ocr_watcher_call_duration_seconds",
            "Duration of the calls of the engine, with and without success.",
            ("engine", "endpoint"),
            buckets=_SECONDS,
            registry=registry,
        )
        self._last_success = Gauge(
            "ocr_watcher_last_success_timestamp_seconds",
            "Time when the last image got its text since the start of the daemon; 0 for none yet.",
            registry=registry,
        )

    def attach(self, facts: Facts, bus: EventBus) -> None:
        """Count the events of a pipeline; new counters begin at 0."""
        self._codes = facts.codes
        for folder in map(folder_label, facts.folders):
            self._pages.labels(folder)
            for state in (DONE, FAILED):
                self._finished.labels(folder, state)
        for endpoint in facts.endpoints:
            self._call_seconds.labels(facts.engine, endpoint)
            for code in (OK, *facts.codes, OTHER):
                self._calls.labels(facts.engine, endpoint, code)
        bus.listen(AttemptEnded, self._attempt_ended)
        bus.listen(CallEnded, self._call_ended)

    def _attempt_ended(self, event: AttemptEnded) -> None:
        folder = folder_label(event.image.root)
        match event.outcome:
            case Recognised(pages):
                self._finished.labels(folder, DONE).inc()
                self._pages.labels(folder).inc(pages)
                for _ in range(pages):
                    self._page_seconds.observe(event.worked / pages)
                self._last_success.set(self._wall_clock())
            case Failed():
                self._finished.labels(folder, FAILED).inc()

    def _call_ended(self, event: CallEnded) -> None:
        code = code_label(event.code, self._codes)
        self._calls.labels(event.engine, event.endpoint, code).inc()
        self._call_seconds.labels(event.engine, event.endpoint).observe(event.seconds)
