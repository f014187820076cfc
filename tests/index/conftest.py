from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.index.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def shelf(tmp_path: Path, folder: Path) -> Iterator[Shelf]:
    """A folder without images, and its index."""
    shelf = Shelf(folder, tmp_path / "state")
    yield shelf
    shelf.index.close()
