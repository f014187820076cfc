"""Connects the page and its index to a pipeline."""

from __future__ import annotations

import contextlib
import logging
from functools import partial
from typing import TYPE_CHECKING

from ocr_watcher.engine.choose import engines_of_folders
from ocr_watcher.errors import OcrWatcherError
from ocr_watcher.folders.folder import folders_of
from ocr_watcher.service.daemon import Daemon
from ocr_watcher.watch.tree import scan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ocr_watcher.commands.tools import Tools
    from ocr_watcher.events.bus import EventBus
    from ocr_watcher.index.upkeep import IndexUpkeep
    from ocr_watcher.service.metrics.facts import Facts
    from ocr_watcher.service.web.process_page import ProcessPage
    from ocr_watcher.settings.model import Settings

_log = logging.getLogger(__name__)

_AGAIN_SECONDS = 15.0
"""The time between two tries to open an index that cannot be opened; the page is served without
it."""


@contextlib.contextmanager
def shown(
    page: ProcessPage,
    settings: Settings,
    *,
    tools: Tools,
    facts: Callable[[], Facts],
    metrics: Callable[[], bytes],
    bus: EventBus,
) -> Iterator[Callable[[], None]]:
    """Show a pipeline that is not started yet, until the context ends, if the page is on.

    A fault of the page is logged, and the work goes on without the page. The function that is
    yielded asks the page and the threads of its index to end, without a wait, so that they end
    while the pipeline ends. The index itself is open until the context ends, as answers that are
    under way need it.

    Args:
        page: The page of the process.
        settings: The settings of the pipeline.
        tools: The engine and the ledger that it works with.
        facts: A function that returns its facts.
        metrics: A function that returns the metrics in Prometheus' text format.
        bus: The bus of its events.
    """
    if not page.is_on(settings):
        page.turn_off()
        yield page.ask_to_end
        return
    asked = [page.ask_to_end]
    with contextlib.ExitStack() as parts:
        try:
            upkeep = _show(
                parts, page, settings, tools=tools, facts=facts(), metrics=metrics, bus=bus
            )
            asked.append(upkeep.ask_to_end)
        except OcrWatcherError as error:
            _log.error("the page is not shown, and the work goes on: %s", error)
        except Exception:
            _log.exception("the page has a fault of this program, and the work goes on")
        yield lambda: _call_each(asked)


def _call_each(functions: Iterable[Callable[[], object]]) -> None:
    for function in functions:
        function()


def _show(
    parts: contextlib.ExitStack,
    page: ProcessPage,
    settings: Settings,
    *,
    tools: Tools,
    facts: Facts,
    metrics: Callable[[], bytes],
    bus: EventBus,
) -> IndexUpkeep:
    from ocr_watcher.index.index import Index  # noqa: PLC0415  only if on
    from ocr_watcher.index.upkeep import IndexUpkeep  # noqa: PLC0415
    from ocr_watcher.service.web.site import Site  # noqa: PLC0415

    folders, ledger = folders_of(settings), tools.ledger
    engines = engines_of_folders(settings, tools.engine, folders)
    index = parts.enter_context(Index(settings.state_dir, folders, again_after=_AGAIN_SECONDS))
    activity = page.serve(settings)
    walk = partial(scan, recall=ledger.done_stamp_of, is_own_file=ledger.own_files.knows)
    upkeep = IndexUpkeep(index, folders, walk, ledger, on_change=page.changed)
    upkeep.attach(bus)
    parts.callback(upkeep.stop)

    def site() -> Site:
        return Site(
            settings=settings,
            folders=folders,
            engine=facts.engine,
            snapshot=facts.snapshot,
            daemon=Daemon.of(tools.registration.running),
            ledger=ledger,
            index=index,
            activity=activity,
            daily_limit=facts.daily_limit,
            calls_today=facts.calls_today,
            metrics=metrics,
            stopping=page.is_ending,
            engines=engines,
        )

    parts.callback(page.detach)
    page.attach(settings, site, bus)
    upkeep.start()
    return upkeep
