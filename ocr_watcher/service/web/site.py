"""The facts of the daemon that the page shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.folders.folder import Folder
    from ocr_watcher.index.index import Index
    from ocr_watcher.ledger.ledger import Ledger
    from ocr_watcher.service.daemon import Daemon
    from ocr_watcher.service.web.activity import Activity
    from ocr_watcher.settings.model import Settings
    from ocr_watcher.values.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Site:
    """The facts of the current pipeline that the page shows.

    Attributes:
        settings: The settings in force.
        folders: The watched folders, by root.
        engine: The name of the engine.
        snapshot: A function that returns the state of the pipeline; it uses no folder.
        daemon: The daemon, as the commands see it.
        ledger: The ledger.
        index: The images of the folders and their texts.
        activity: The images that are being read, and the pages of the last hour.
        daily_limit: The most calls of a day; None for no limit.
        calls_today: A function that returns the number of calls of this day.
        metrics: A function that returns the metrics in Prometheus' text format.
        stopping: A function that returns whether the daemon was asked to stop.
        engines: The engine of each folder, by root. The page never calls it to read a page, but
            only uses its name and its options.
    """

    settings: Settings
    folders: Mapping[str, Folder]
    engine: str
    snapshot: Callable[[], Snapshot]
    daemon: Daemon
    ledger: Ledger
    index: Index
    activity: Activity
    daily_limit: int | None
    calls_today: Callable[[], int]
    metrics: Callable[[], bytes]
    stopping: Callable[[], bool]
    engines: Mapping[str, Engine] = field(default_factory=dict)


Sites = Callable[[], Site | None]
"""A function that returns what is shown now; None during a reload, between two pipelines."""
