"""What the page shows of the daemon."""

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
    """What the page shows, of the pipeline that works now.

    Attributes:
        settings: The settings in force.
        folders: The watched folders, by root.
        engine: The name of the engine.
        snapshot: Returns how the pipeline stands; it touches no folder.
        daemon: The daemon, as the commands see it.
        ledger: What is remembered of the images.
        index: The images of the folders and their texts.
        activity: What is read right now, and the pages of the last hour.
        daily_limit: The most calls of a day; None for no limit.
        calls_today: Returns the number of calls of this day.
        metrics: Returns the metrics in Prometheus' text format.
        stopping: Returns whether the daemon was asked to stop.
        engines: What reads the images of each folder, by root; the page never asks it for a page,
            but only how it is told to read them.
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
"""Returns what is shown now; None while a reload is between two pipelines."""
