"""Folders full of finished images: each has a few bytes, and a sidecar with the image's date."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmarks.stage import Stage

_DIRECTORIES = 100
_DATE_NS = 1_600_000_000 * 10**9
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL


def fill(
    folder: Path,
    number: int,
    stage: Stage,
    *,
    done: bool = True,
    text: Callable[[int], bytes] = lambda _: b"its text\n",
) -> None:
    """Fill a folder with images, in a hundred directories.

    Args:
        folder: The folder; it is made if it is missing.
        number: The number of images; a multiple of a hundred.
        stage: The stage, which shows the progress.
        done: Whether each image has its sidecar; images without one wait.
        text: A function that returns the text of an image, given its number from 0.
    """
    each = number // _DIRECTORIES
    with stage.bar(number, f"making {number:,} images") as bar:
        for index in range(_DIRECTORIES):
            directory = folder / f"batch-{index:03}"
            directory.mkdir(parents=True)
            for image in range(each):
                _create(f"{directory}/scan-{image:06}.jpg", b"not looked into")
                if done:
                    _create(f"{directory}/scan-{image:06}.jpg.txt", text(index * each + image))
            bar.update(each)


def walk(folder: Path) -> int:
    """Walk a folder in the simplest way, and ask each file's status.

    Returns:
        The number of files.
    """
    number, directories = 0, [str(folder)]
    while directories:
        with os.scandir(directories.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    directories.append(entry.path)
                else:
                    entry.stat(follow_symlinks=False)
                    number += 1
    return number


def _create(path: str, content: bytes) -> None:
    descriptor = os.open(path, _CREATE)
    try:
        os.write(descriptor, content)
        os.utime(descriptor, ns=(_DATE_NS, _DATE_NS))
    finally:
        os.close(descriptor)
