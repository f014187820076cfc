"""The metrics for the life of a process, over all sets of settings."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Self

from ocr_watcher.service.metrics.textfile import Textfile
from ocr_watcher.threads.patience import answered

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ocr_watcher.events.bus import EventBus
    from ocr_watcher.service.metrics.facts import Facts
    from ocr_watcher.service.metrics.metrics import Metrics
    from ocr_watcher.settings.model import Settings

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""https://prometheus.io/docs/instrumenting/exposition_formats/"""


class ProcessMetrics:
    """The metrics of a daemon, over all of its pipelines.

    Counters continue over a reload. While metrics are off, nothing is imported or counted.

    The textfile is removed when the daemon ends normally. node_exporter serves a file as long as it
    exists, and would otherwise report the state of a daemon that has ended. The file stays over a
    reload, and after the daemon was killed. Its age then shows that, which node_exporter reports as
    ``node_textfile_mtime_seconds``.
    """

    def __init__(self) -> None:
        """Begin with metrics that are off."""
        self._metrics: Metrics | None = None
        self._path: Path | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Remove the textfile."""
        self._move_to(None)

    def attach(
        self,
        settings: Settings,
        facts: Callable[[], Facts],
        bus: EventBus,
        *,
        on_page: bool = False,
    ) -> None:
        """Count the events of a pipeline that is not started yet, if metrics are on.

        Args:
            settings: The settings of the pipeline.
            facts: A function that returns the facts of the pipeline.
            bus: The bus of its events.
            on_page: Whether the page is on and has the metrics, so that they are on without a
                textfile.
        """
        if settings.metrics.textfile is None and not on_page:
            return
        if self._metrics is None:
            from ocr_watcher.service.metrics.metrics import Metrics  # noqa: PLC0415  only if on

            self._metrics = Metrics()
        self._metrics.attach(facts(), bus)

    def text(self) -> bytes:
        """Return all metrics in Prometheus' text format; empty if they are off."""
        return b"" if self._metrics is None else self._metrics.text()

    def written(self, settings: Settings) -> contextlib.AbstractContextManager[object]:
        """Return the context in which the textfile is written, if the settings name one."""
        path = settings.metrics.textfile
        self._move_to(path)
        return contextlib.nullcontext() if path is None else Textfile(path, self.text)

    def _move_to(self, path: Path | None) -> None:
        if self._path is not None and self._path != path:
            with contextlib.suppress(OSError):
                answered(self._path.unlink, of=str(self._path.parent))
        self._path = path
