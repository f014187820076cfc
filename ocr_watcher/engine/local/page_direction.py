"""Which way up a page lies, told by the way its lines run.

Each line is cut out of the page, laid level and, where it stands on its head, turned over. Lines
are so read well whichever way the page lies, but they are found in the order of the page as it
lies. How each of them had to be laid tells how the page lies.
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
"""Directions are Baidu's: the quarters by which the picture is turned counter-clockwise."""

_OBLONG = 1.5
"""From this ratio of its sides on a box alone tells how its line runs."""

_SURE_WORDS = 0.8
"""Dots and ruled lines, whose labels mean nothing, are read with less; foreign scripts too, or as
blanks."""

_LEAST_CHARACTERS = 6
_LEAST_SHARE = 0.75
"""What it takes to call a page turned: so many characters, and so large a share of all that tell.
A lone number, or a stamp across an upright letter, is less."""

_FEW_LINES = 3
"""Of so many lines the classifier is not believed alone: both ways may be tried for their cost."""

_CLEARLY = 1.2
"""How many times better a page must be read when it is turned, for it to be turned."""

_LEAST_TRIED = 2
"""Characters that must be read on a page that is turned for their sake: one may be any other."""


@dataclass(frozen=True, slots=True)
class Run:
    """How one line runs over the page.

    Attributes:
        words: Its text.
        quarters: How it is turned, as a direction.
        telling: Whether box, classifier and text leave no doubt about it.
        oblong: Whether its box alone tells whether it runs across or down.
        standing: How sure the recogniser is of it, where it was read as it stands: neither laid
            level nor turned over; else 0.
    """

    words: str
    quarters: int
    telling: bool
    oblong: bool = True
    standing: float = 0.0


def run_of(box: Quad, way: Way, words: str, score: float, *, sure: bool) -> Run:
    """Judge a line as RapidOCR found it.

    Args:
        box: Its corners clockwise, as a page that lies upright has them: from the top left one.
        way: How it was laid to be read.
        words: The line's text.
        score: How sure the recogniser is, of 1.
        sure: Whether the classifier is sure of how it has to be laid.
    """
    width, height = math.dist(box[0], box[1]), math.dist(box[0], box[3])
    is_laid = is_tall(width, height) and way != Way.STANDING
    # Of a crooked page's long narrow line the first corner is another one, so that only the edge
    # along which the line was laid level tells where it runs.
    start, end = (box[0], box[3]) if is_laid else (box[0], box[1])
    if way == Way.TURNED_OVER:
        start, end = end, start
    angle = math.atan2(start[1] - end[1], end[0] - start[0])
    is_oblong = max(width, height) >= _OBLONG * min(width, height) and way != Way.STANDING
    return Run(
        words,
        round(angle / (math.pi / 2)) % 4,
        telling=is_oblong and sure and score > _SURE_WORDS and not words.isspace(),
        oblong=is_oblong,
        standing=0.0 if is_laid or way == Way.TURNED_OVER else score,
    )


def run_of_a_cell(words: str) -> Run:
    """Describe a single character, which tells nothing of its page."""
    return Run(words, UPRIGHT, telling=False)


def direction_of(runs: Iterable[Run]) -> int:
    """Find the direction of a page, by the characters of its lines.

    Returns:
        0 to 3, or `UNKNOWN` where there are no words that tell, or too few to turn a page for.
    """
    votes = _votes(runs)
    if not votes:
        return UNKNOWN
    ((direction, characters),) = votes.most_common(1)
    enough = characters >= max(_LEAST_CHARACTERS, _LEAST_SHARE * votes.total())
    return direction if enough or direction == UPRIGHT else UNKNOWN


def directions_to_try(runs: Sequence[Run]) -> Sequence[int]:
    """List the directions that a page may have beside `UPRIGHT`, where its lines leave doubt.

    Returns:
        Nothing where there are enough lines, or characters, to tell by.
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
    """Choose the direction in which most is read of what stands upright then.

    Args:
        tried: The lines of the page when it was turned back from each direction.

    Returns:
        One of them; `UPRIGHT` unless another is clearly better.
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
    votes = Counter[int]()
    for run in runs:
        if run.telling:
            votes[run.quarters] += len(run.words)
    return votes


def onto_page(direction: int, size: tuple[int, int]) -> Transform:
    """Map pixels of the upright picture to pixels of the page as it lies.

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
    """Map the corners of a line.

    Args:
        quad: Clockwise.
        transform: Where they go to.
        first: Which of them comes first afterwards.
    """
    return [transform.point(*corner) for corner in (*quad[first:], *quad[:first])]
