from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.service.metrics.bench import Bench

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A pipeline that runs, over a folder of a hostile name."""
    bench = Bench(tmp_path)
    yield bench
    bench.close()
