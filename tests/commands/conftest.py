from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.commands.program import environment, keys_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.server import Simulator


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    """An environment in which nothing is set."""
    return environment(tmp_path)


@pytest.fixture
def with_keys(tmp_path: Path, simulator: Simulator) -> dict[str, str]:
    """An environment with the right keys."""
    return environment(tmp_path, **keys_of(simulator))


@pytest.fixture
def settings(tmp_path: Path, simulator: Simulator, folder: Path) -> dict[str, object]:
    """Settings for the simulator and the folder, which settle and fail quickly."""
    return {
        "folders": [str(folder)],
        "settle_seconds": 0.1,
        "retry": {"attempts": 2, "first_seconds": 0.05, "longest_seconds": 0.1},
        "state_dir": str(tmp_path / "state"),
        "baidu": {"base_url": simulator.url, "qps": 0},
    }
