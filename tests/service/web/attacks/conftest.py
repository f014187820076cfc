from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.service.web.attacks.target import Target
from tests.service.web.views.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    stage.add("letter.png", text="Dear Anna")
    yield stage
    stage.ledger.close()


@pytest.fixture
def target(stage: Stage) -> Iterator[Target]:
    """The page on loopback, without a password."""
    with Target(stage) as target:
        yield target
