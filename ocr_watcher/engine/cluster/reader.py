"""The engine of this worker: a process has one worker, and a worker one engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr_watcher.engine.cluster.abilities import ability
from ocr_watcher.engine.cluster.bitmap import fit
from ocr_watcher.errors import TransientError
from ocr_watcher.pages.sandbox.pool import SandboxPool

if TYPE_CHECKING:
    from distributed import Worker

    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.values.page import Page
    from ocr_watcher.values.reading import Reading


@dataclass(frozen=True, slots=True)
class _Reader:
    engine: Engine
    sandboxes: SandboxPool

    def close(self) -> None:
        self.sandboxes.close()
        self.engine.close()


_readers: list[_Reader] = []


def serve(worker: Worker, engine: Engine) -> None:
    """Set a worker up to read pages, before it registers at the scheduler.

    Args:
        worker: The worker. The number of its threads is the number of pages at once.
        engine: The engine; its models are loaded here. `end` closes it.

    Raises:
        EngineError: The engine cannot read.
    """
    engine.self_test()
    pages = worker.state.nthreads
    _readers.append(_Reader(engine, SandboxPool(processes=pages)))
    # The scheduler gives a page only to workers that have the resources that the page requires.
    can = {ability(engine.identity.endpoint): float(pages)}
    worker.state.total_resources.update(can)
    worker.state.available_resources.update(can)


def read(page: Page) -> Reading:
    """Read a page.

    Raises:
        EngineError: The page was not read.
    """
    if not _readers:
        raise TransientError("no-models", "a worker of the cluster has loaded no models")
    reader = _readers[-1]
    return reader.engine.recognise(fit(page, reader.engine.limits, reader.sandboxes))


def end() -> None:
    """End the engine."""
    while _readers:
        _readers.pop().close()
