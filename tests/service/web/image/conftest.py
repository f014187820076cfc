"""What the tests of the page of an image ask for."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from tests.service.web.image.gallery import Browser, Gallery, browsed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def gallery(tmp_path: Path) -> Iterator[Gallery]:
    """An empty folder, with both txt and JSON beside each image."""
    with contextlib.closing(Gallery(tmp_path)) as gallery:
        yield gallery


@pytest.fixture
def browser(gallery: Gallery) -> Iterator[Browser]:
    """A browser that looks at it."""
    with browsed(gallery) as browser:
        yield browser
