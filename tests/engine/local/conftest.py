from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ocr_watcher.engine.local.engine import LocalEngine

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def engine() -> Iterator[LocalEngine]:
    """Load the models once for all tests here, with one thread, which takes the least CPU time."""
    engine = LocalEngine(threads=1)
    yield engine
    engine.close()
