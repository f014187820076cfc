from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.container.podman import USER, Podman, what_is_missing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def podman(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Podman]:
    """Podman, which has built the image."""
    if reason := what_is_missing():
        pytest.skip(f"THE CONTAINER IS NOT TESTED: {reason}")
    with Podman(tmp_path_factory.mktemp("podman")) as podman:
        podman.build()
        yield podman


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """An empty folder of the user that the containers run as."""
    folder = tmp_path / "scans"
    folder.mkdir()
    os.chown(folder, *map(int, USER.split(":")))
    return folder
