"""Which way up a page lies, told by the way its lines run.

RapidOCR cuts each line out of the page, lays it level and, where its classifier finds it upside
down, turns it over. Lines are so read well whichever way the page lies, but they are found in the
order of the page as it lies. How each of them had to be laid tells how the page lies.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr_watcher.pages.geometry import Transform

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ocr_watcher.pages.geometry import Point, Quad

UNKNOWN = -1
UPRIGHT = 0
"""Directions are Baidu's: the quarters by which the picture is turned counter-clockwise."""

_UPSIDE_DOWN = "180"
"""RapidOCR's label of a line that stands on its head; the other is ``0``."""

_TALL = 1.5
"""From this ratio of its height to its width on RapidOCR lays a box on its side
(``get_rotate_crop_image``)."""

_SURE_LABEL = 0.9
"""RapidOCR turns a line over from this score of its classifier on (``Cls.cls_thresh``)."""

_SURE_WORDS = 0.8
"""Dots and ruled lines, whose labels mean nothing, are read with less; foreign scripts too, or as
blanks."""

_LEAST_CHARACTERS = 6
_LEAST_SHARE = 0.75
"""What it takes to call a page turned: so many characters, and so large a share of all that tell.
A lone number, or a stamp across an upright letter, is less."""


@dataclass(frozen=True, slots=True)
class Run:
    """How one line runs over the page.

    Attributes:
        words: Its text.
        quarters: How it is turned, as a direction.
        telling: Whether box, classifier and text leave no doubt about it.
    """

    words: str
    quarters: int
    telling: bool


def run_of(box: Quad, label: str, label_score: float, words: str, words_score: float) -> Run:
    """Judges a line as RapidOCR found it.

    Args:
        box: Its corners clockwise, as a page that lies upright has them: from the top left one.
        label: The classifier's, of the line as it was cut out and laid level.
        label_score: How sure the classifier is, of 1.
        words: The line's text.
        words_score: How sure the recogniser is, of 1.
    """
    width, height = math.dist(box[0], box[1]), math.dist(box[0], box[3])
    # Of a crooked page's long narrow line the first corner is another one, so that only the edge
    # along which the line was laid level tells where it runs.
    start, end = (box[0], box[3]) if height >= _TALL * width else (box[0], box[1])
    if label == _UPSIDE_DOWN:
        start, end = end, start
    angle = math.atan2(start[1] - end[1], end[0] - start[0])
    return Run(
        words,
        round(angle / (math.pi / 2)) % 4,
        telling=max(width, height) >= _TALL * min(width, height)
        and label_score > _SURE_LABEL
        and words_score > _SURE_WORDS
        and not words.isspace(),
    )


def direction_of(runs: Iterable[Run]) -> int:
    """Finds the direction of a page, by the characters of its lines.

    Returns:
        0 to 3, or `UNKNOWN` where there are no words that tell, or too few to turn a page for.
    """
    votes = Counter[int]()
    for run in runs:
        if run.telling:
            votes[run.quarters] += len(run.words)
    if not votes:
        return UNKNOWN
    ((direction, characters),) = votes.most_common(1)
    enough = characters >= max(_LEAST_CHARACTERS, _LEAST_SHARE * votes.total())
    return direction if enough or direction == UPRIGHT else UNKNOWN


def onto_page(direction: int, size: tuple[int, int]) -> Transform:
    """Maps pixels of the upright picture to pixels of the page as it lies.

    Args:
        direction: The page's, from 0 to 3.
        size: Width and height of the page as it lies.
    """
    width, height = size
    return (
        Transform(),
        Transform(xx=0, xy=1, yx=-1, yy=0, y0=height),
        Transform(xx=-1, x0=width, yy=-1, y0=height),
        Transform(xx=0, xy=-1, x0=width, yx=1, yy=0),
    )[direction]


def mapped(quad: Quad, transform: Transform, *, first: int = 0) -> Sequence[Point]:
    """Maps the corners of a line.

    Args:
        quad: Clockwise.
        transform: Where they go to.
        first: Which of them comes first afterwards.
    """
    return [transform.point(*corner) for corner in (*quad[first:], *quad[:first])]
