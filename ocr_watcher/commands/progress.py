"""A progress bar on a terminal for the walk through a folder."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tqdm import tqdm

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ocr_watcher.watch.tree import Found


def shown(images: Iterable[Found]) -> Iterable[Found]:
    """Show on standard error how many images were found; the line disappears at the end."""
    bar: Iterable[Found] = tqdm(
        images, unit="image", file=sys.stderr, leave=False, disable=not sys.stderr.isatty()
    )
    return bar


def summed(numbers: Iterable[int]) -> Iterator[int]:
    """Yield the numbers of images of one batch after the other, and show their sum likewise."""
    with tqdm(unit="image", file=sys.stderr, leave=False, disable=not sys.stderr.isatty()) as bar:
        for number in numbers:
            bar.update(number)
            yield number
