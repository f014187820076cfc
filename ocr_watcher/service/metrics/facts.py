"""The facts of a pipeline that a scrape reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ocr_watcher.errors import EngineError
    from ocr_watcher.values.image import Image
    from ocr_watcher.values.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one pipeline.

    Attributes:
        engine: The name of the engine.
        endpoints: The endpoints, or the models, that read the folders.
        folders: The watched folders.
        snapshot: A function that returns the state of the pipeline; it uses no folder.
        is_queued: A function that returns whether an image waits in the queue, or is being worked
            on.
        codes: The codes with which calls are known to fail, each with the class of its error.
        daily_limit: The most calls of a day; None for no limit.
        calls_today: A function that returns the number of calls of this day.
    """

    engine: str
    endpoints: Sequence[str]
    folders: Sequence[str]
    snapshot: Callable[[], Snapshot]
    is_queued: Callable[[Image], bool]
    codes: Mapping[str, type[EngineError]] = field(default_factory=dict)
    daily_limit: int | None = None
    calls_today: Callable[[], int] = lambda: 0
