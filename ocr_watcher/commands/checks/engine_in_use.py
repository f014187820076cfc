"""The check that a running daemon reads with the engine that this command finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.values.check_result import Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ocr_watcher.service.running import Running
    from ocr_watcher.settings.model import Settings


def check_engine_in_use(
    name: str, settings: Settings, running: Iterable[Running]
) -> Iterator[Result]:
    """Yield a result where a daemon that works on these folders reads with another engine.

    The keys of a service, for one, are given to the service alone.

    Args:
        name: The engine that these settings choose here.
        settings: The settings.
        running: The daemons that run.
    """
    wanted = {folder.path for folder in settings.folders}
    in_use = {
        run.engine for run in running if wanted & {each.path for each in run.settings.folders}
    }
    for other in sorted(in_use - {name}):
        finding = (
            f"the running daemon reads with {other}: it has keys or settings that this command "
            "does not have; see its state with: ocr-watcher status"
        )
        yield Result("warn", f"engine {name}", finding)
