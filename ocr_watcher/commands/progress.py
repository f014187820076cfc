"""A progress bar on a terminal, while a folder is walked."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tqdm import tqdm

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ocr_watcher.watch.tree import Found


def shown(images: Iterable[Found]) -> Iterable[Found]:
    """Count images on standard error as they are found; the count goes away at the end."""
    bar: Iterable[Found] = tqdm(
        images, unit="image", file=sys.stderr, leave=False, disable=not sys.stderr.isatty()
    )
    return bar
