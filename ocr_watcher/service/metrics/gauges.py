"""The gauges, which are read from the facts of a pipeline at each scrape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from ocr_watcher import __version__
from ocr_watcher.escapes import printable
from ocr_watcher.service.metrics.labels import ALL, REASONS, folder_label, reason_label
from ocr_watcher.values.snapshot import Counts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr_watcher.service.metrics.facts import Facts
    from ocr_watcher.service.metrics.waits import Waits
    from ocr_watcher.values.snapshot import Snapshot

_MOST_MACHINES = 1000
"""The most machines of a cluster with gauges, as each name is a label."""

_STATES = ("done", "waiting", "failed")


class Gauges(Collector):
    """A collector that reads the state of the current pipeline."""

    def __init__(self, started: float) -> None:
        """Create the collector, without a pipeline.

        Args:
            started: The time when the daemon started, in seconds since the epoch.
        """
        self._started = started
        self._pipeline: tuple[Facts, Waits] | None = None

    def attach(self, facts: Facts, waits: Waits) -> None:
        """Read another pipeline from now on."""
        self._pipeline = facts, waits

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Return all gauges."""
        yield _gauge("start_time_seconds", "Time when the daemon started.", self._started)
        if self._pipeline is None:
            return
        facts, waits = self._pipeline
        snapshot = facts.snapshot()
        yield _build_info(facts)
        oldest = waits.oldest()
        yield _images(facts, snapshot, waits)
        yield _by_folder(
            "oldest_waiting_timestamp_seconds",
            "Time when the oldest image came into the queue; 0 if none waits.",
            {root: oldest.get(root, 0.0) for root in facts.folders},
        )
        yield _by_folder(
            "folder_hung",
            "Whether the file system of the folder does not answer.",
            {root: float(root in snapshot.hung) for root in facts.folders},
        )
        yield _paused(facts, snapshot)
        yield from _machines(snapshot)
        good = float(snapshot.health.is_good)
        yield _gauge("healthy", "Whether all threads advance, as for systemd's watchdog.", good)
        yield from _daily_limit(facts)


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"ocr_watcher_{name}", text, value=value)


def _labelled(name: str, text: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"ocr_watcher_{name}", text, labels=labels)


def _build_info(facts: Facts) -> GaugeMetricFamily:
    family = _labelled("build_info", "The version and the engine; always 1.", "version", "engine")
    family.add_metric((__version__, facts.engine), 1)
    return family


def _images(facts: Facts, snapshot: Snapshot, waits: Waits) -> GaugeMetricFamily:
    family = _labelled("images", "Images by folder and state.", "folder", "state")
    queued = waits.numbers()
    for root in facts.folders:
        counts = snapshot.by_folder.get(root, Counts())
        # A scan counts all images that wait; the queue also has those that came since.
        numbers = (counts.done, max(counts.waiting, queued[root]), counts.failed)
        for state, number in zip(_STATES, numbers, strict=True):
            family.add_metric((folder_label(root), state), number)
    return family


def _by_folder(name: str, text: str, values: dict[str, float]) -> GaugeMetricFamily:
    family = _labelled(name, f"{text[:-1]}, by folder.", "folder")
    for root, value in values.items():
        family.add_metric((folder_label(root),), value)
    return family


def _paused(facts: Facts, snapshot: Snapshot) -> GaugeMetricFamily:
    family = _labelled(
        "paused",
        "Whether no calls are made, by endpoint and reason; endpoint all for the calls of all.",
        "endpoint",
        "reason",
    )
    pauses = dict(snapshot.pauses)
    if snapshot.pause is not None:
        pauses[ALL] = snapshot.pause
    reasons = {name: reason_label(pause, facts.codes) for name, pause in pauses.items()}
    for endpoint in (ALL, *facts.endpoints):
        for reason in REASONS:
            family.add_metric((endpoint, reason), float(reasons.get(endpoint) == reason))
    return family


def _machines(snapshot: Snapshot) -> Iterator[GaugeMetricFamily]:
    shown = snapshot.machines[:_MOST_MACHINES]
    if not shown:
        return
    names = [printable(machine.name) for machine in shown]
    numbers = {
        "workers": ("Workers that get pages", [machine.workers for machine in shown]),
        "threads": ("Pages that are read at once", [machine.threads for machine in shown]),
        "last_minute_pages": (
            "Pages read in the last minute",
            [machine.pages_a_minute for machine in shown],
        ),
    }
    for name, (text, values) in numbers.items():
        family = _labelled(f"cluster_{name}", f"{text}, by machine of the cluster.", "machine")
        for machine, value in zip(names, values, strict=True):
            family.add_metric((machine,), value)
        yield family


def _daily_limit(facts: Facts) -> Iterator[GaugeMetricFamily]:
    limit = facts.daily_limit
    if limit is None:
        return
    left = max(0, limit - facts.calls_today())
    yield _gauge("daily_limit_calls", "Calls of a day that the settings allow.", limit)
    yield _gauge("daily_limit_remaining_calls", "Calls of the limit that are left today.", left)
