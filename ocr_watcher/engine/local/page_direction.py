"""Finds the direction of a page from the directions of its lines.

Each line is cut out of the page, made level and, if it is upside down, turned by a half. Lines are
thus read well in any direction of the page, but their order is that on the page as it is. The turns
that the lines needed show the direction of the page.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr_watcher.engine.local.recognition.line_direction import Way, is_tall
from ocr_watcher.values.geometry import Transform

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ocr_watcher.values.geometry import Point, Quad

UNKNOWN = -1
UPRIGHT = 0
"""The directions are those of Baidu: the number of quarter turns of the picture,
counter-clockwise."""

_OBLONG = 1.5
"""The ratio of the sides of a box from which the box alone shows the axis of its line."""

_SURE_WORDS = 0.8
"""The score from which the classifier's label of a line counts. Dots and ruled lines, whose labels
mean nothing, have lower scores; lines in scripts that the model does not know have too, or are
blank."""

_LEAST_CHARACTERS = 6
"""The least number of characters in lines of one direction for a page to count as turned: a single
number has fewer."""
_LEAST_SHARE = 0.75
"""The least share of the characters of all telling lines that these characters must have: a stamp
across an upright letter has less."""

_FEW_LINES = 3
"""The most lines of a page for which the classifier alone is not trusted, as such a page is also
read quickly in other directions."""

_CLEARLY = 1.2
"""The factor by which a page must be read better when it is turned, for it to count as turned."""

_LEAST_TRIED = 2
"""The least number of characters of a line that counts in this comparison: a single character may
be read as another one."""


@dataclass(frozen=True, slots=True)
class Run:
    """The direction in which a line runs over the page.

    Attributes:
        words: Its text.
        quarters: Its direction in quarters of a turn, counted as those of a page.
        telling: Whether its box, the classifier and its text leave no doubt about the direction.
        oblong: Whether its box alone shows whether it runs across or down.
        standing: The score of the recogniser, from 0 to 1, if the line was read without being
            turned; otherwise 0.
    """

    words: str
    quarters: int
    telling: bool
    oblong: bool = True
    standing: float = 0.0


def run_of(box: Quad, way: Way, words: str, score: float, *, sure: bool) -> Run:
    """Return the direction of a line that RapidOCR found.

    Args:
        box: Its corners on the page as it is, clockwise from the top left one.
        way: The way in which its pixels were turned for reading.
        words: Its text.
        score: The score of the recogniser, from 0 to 1.
        sure: Whether the classifier is sure of the direction.
    """
    width, height = math.dist(box[0], box[1]), math.dist(box[0], box[3])
    is_turned = is_tall(width, height) and way != Way.STANDING
    # On a crooked page the first corner of a long narrow line is another one, so only the edge that
    # was made level shows the direction of the line.
    start, end = (box[0], box[3]) if is_turned else (box[0], box[1])
    if way == Way.TURNED_OVER:
        start, end = end, start
    angle = math.atan2(start[1] - end[1], end[0] - start[0])
    is_oblong = max(width, height) >= _OBLONG * min(width, height) and way != Way.STANDING
    return Run(
        words,
        round(angle / (math.pi / 2)) % 4,
        telling=is_oblong and sure and score > _SURE_WORDS and not words.isspace(),
        oblong=is_oblong,
        standing=0.0 if is_turned or way == Way.TURNED_OVER else score,
    )


def run_of_a_cell(words: str) -> Run:
    """Return the direction of a single character, which shows nothing about its page."""
    return Run(words, UPRIGHT, telling=False)


def direction_of(runs: Iterable[Run]) -> int:
    """Return the direction of most characters in the telling lines of a page.

    Returns:
        The direction, from 0 to 3; `UNKNOWN` if no line is telling, or if too few characters show
        that the page is turned.
    """
    votes = _votes(runs)
    if not votes:
        return UNKNOWN
    ((direction, characters),) = votes.most_common(1)
    enough = characters >= max(_LEAST_CHARACTERS, _LEAST_SHARE * votes.total())
    return direction if enough or direction == UPRIGHT else UNKNOWN


def directions_to_try(runs: Sequence[Run]) -> Sequence[int]:
    """Return the directions, beside `UPRIGHT`, in which a page must be read to find its direction.

    Returns:
        The directions; none if there are enough lines, or characters, to know it already.
    """
    if not runs or len(runs) > _FEW_LINES or direction_of(runs) > UPRIGHT:
        return ()
    if _votes(runs)[UPRIGHT] >= _LEAST_CHARACTERS:
        return ()
    if not all(run.oblong for run in runs):
        return (1, 2, 3)
    longest = max(runs, key=lambda run: len(run.words))
    return (1, 3) if longest.quarters % 2 else (2,)


def best_direction(tried: Mapping[int, Iterable[Run]]) -> int:
    """Choose the direction from which a page must be turned back to be read best.

    The measure is the number of characters that were read without turning their line, weighted by
    their scores.

    Args:
        tried: The lines of the page for each direction, after it was turned back from there.

    Returns:
        One of the directions; `UPRIGHT` unless another one is clearly better.
    """
    read = {
        direction: sum(run.standing * len(run.words) for run in runs if _counts(run))
        for direction, runs in tried.items()
    }
    best = max(read, key=lambda direction: read[direction])
    return best if read[best] > _CLEARLY * read[UPRIGHT] else UPRIGHT


def _counts(run: Run) -> bool:
    return len(run.words) >= _LEAST_TRIED and run.standing > _SURE_WORDS


def _votes(runs: Iterable[Run]) -> Counter[int]:
    """Count the characters of the telling lines of each direction."""
    votes = Counter[int]()
    for run in runs:
        if run.telling:
            votes[run.quarters] += len(run.words)
    return votes


def onto_page(direction: int, size: tuple[int, int]) -> Transform:
    """Return the transform from pixels of the upright picture to pixels of the page as it is.

    Args:
        direction: The direction of the page, from 0 to 3.
        size: The width and height of the page as it is.
    """
    width, height = size
    return (
        Transform(),
        Transform(xx=0, xy=1, yx=-1, yy=0, y0=height),
        Transform(xx=-1, x0=width, yy=-1, y0=height),
        Transform(xx=0, xy=-1, x0=width, yx=1, yy=0),
    )[direction]


def mapped(quad: Quad, transform: Transform, *, first: int = 0) -> Sequence[Point]:
    """Map the corners of a line.

    Args:
        quad: The corners, clockwise.
        transform: The transform that is applied to each corner.
        first: The index of the corner that comes first in the result.
    """
    return [transform.point(*corner) for corner in (*quad[first:], *quad[:first])]
