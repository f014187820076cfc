from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.daemon.mounted import skip_where_nothing_may_be_mounted
from tests.simulator.server import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def mounts() -> None:
    skip_where_nothing_may_be_mounted()
