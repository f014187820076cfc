from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ocr_watcher.engine.local.engine import LocalEngine
from ocr_watcher.engine.local.runtime.load_models import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr_watcher.engine.local.page_reader import PageReader


@pytest.fixture(scope="session")
def engine() -> Iterator[LocalEngine]:
    """Load the models once for all tests here, with one thread, which takes the least CPU time.

    They are in a process of their own.
    """
    engine = LocalEngine(threads=1)
    engine.self_test()  # its thread is no test's
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def reader() -> PageReader:
    """Load the models in this process, for tests that look into the reader."""
    return load(threads=1, longest_side=2000).new_reader()
