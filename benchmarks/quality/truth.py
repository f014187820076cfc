"""Pages whose text is known: drawn ones of every kind, and a person's own."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.scans.papers import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from benchmarks.quality.score import Block
    from tests.scans.typeset import Paper

_COORDINATES = 8
_NEAREST = 3
"""The number of rows before a box that are looked at for it, from the last one up."""

_Box = tuple[float, float, float, float, str]
"""The left, top, right and bottom of a box, and its text."""


@dataclass(frozen=True, slots=True)
class Page:
    """A picture, and its truth.

    Attributes:
        name: The name in the figures.
        picture: The file of the picture.
        blocks: The texts on it, block after block in reading order.
    """

    name: str
    picture: Path
    blocks: tuple[Block, ...]


def drawn(directory: Path, every: int = 1) -> Iterator[Page]:
    """Draw a page of each kind.

    Args:
        directory: The directory that the pictures are written to.
        every: 1 for all kinds, 2 for every other one …

    Raises:
        FileNotFoundError: A font is missing.
    """
    for kind, draw in list(KINDS.items())[::every]:
        paper = _drawn(draw)
        picture = directory / f"drawn-{kind}.jpg"
        paper.drawing.image.save(picture, quality=90, dpi=(paper.dpi, paper.dpi))
        yield printed(paper, picture)


def printed(paper: Paper, picture: Path) -> Page:
    """Return a printed page, with its truth.

    Args:
        paper: The page.
        picture: The file that it was saved to.
    """
    blocks = (tuple(tuple(box.words for box in row) for row in block) for block in paper.blocks)
    return Page(paper.name, picture, tuple(blocks))


def given(folder: Path, directory: Path, every: int = 1) -> Iterator[Page]:
    """Copy a person's own pictures: each ``NAME.jpg`` that has a ``NAME.csv`` beside it.

    Args:
        folder: The folder that they are in.
        directory: The directory that the copies are written to.
        every: 1 for all pictures, 2 for every other one …

    Raises:
        FileNotFoundError: There are no pictures, or one is missing.
    """
    files = sorted(folder.glob("*.csv"))[::every]
    if not files:
        raise FileNotFoundError(f"{folder} has no NAME.csv with the truth about a NAME.jpg")
    for file in files:
        picture = directory / f"given-{file.stem}.jpg"
        shutil.copyfile(file.with_suffix(".jpg"), picture)
        rows = rows_of(boxes_of(file.read_text("utf-8", errors="replace")))
        block = tuple(tuple(text for *_, text in row) for row in rows)
        yield Page(file.stem, picture, (block,))


def boxes_of(csv: str) -> list[_Box]:
    """Read the boxes of a page.

    Args:
        csv: The text of the file. It has a line for each box: x and y of the four corners, then the
            text, which may have commas. Other lines are left out.
    """
    boxes = []
    for line in csv.split("\n"):
        *corners, text = line.split(",", _COORDINATES)
        if len(corners) == _COORDINATES:
            across, down = list(map(float, corners[::2])), list(map(float, corners[1::2]))
            boxes.append((min(across), min(down), max(across), max(down), text))
    return boxes


def rows_of(boxes: Iterable[_Box]) -> list[list[_Box]]:
    """Put boxes into rows from top to bottom, and each row from left to right.

    A box stands in a row if its middle lies within the height of the row's last box, and the middle
    of that box within its own height.
    """
    rows: list[list[_Box]] = []
    for box in sorted(boxes, key=_middle):
        near = (row for row in rows[: -_NEAREST - 1 : -1] if _are_level(row[-1], box))
        row = next(near, None)
        if row is None:
            rows.append([box])
        else:
            row.append(box)
    return [sorted(row) for row in rows]


def _middle(box: _Box) -> float:
    _, top, _, bottom, _ = box
    return (top + bottom) / 2


def _are_level(one: _Box, other: _Box) -> bool:
    return one[1] <= _middle(other) <= one[3] and other[1] <= _middle(one) <= other[3]


def _drawn(draw: Callable[[], Paper]) -> Paper:
    try:
        return draw()
    except OSError as error:
        raise FileNotFoundError(
            "a font is missing; on Debian: apt install fonts-dejavu-core fonts-noto-cjk"
        ) from error
