"""How each line is laid before it is recognised, decided for all lines of a page together.

RapidOCR lays the box of a line level, where it is tall, and turns it over where its classifier
finds it upside down. Of clean pages of upright print the classifier so turns over 2 to 12 lines of
a hundred, which are then read as ``smon ns   o n otr``. The lines of a page lie alike, so each is
read as the classifier says of most of them, and the other way only where that yields nothing good.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_TALL = 1.5
"""From this ratio of its height to its width on RapidOCR lays a box on its side
(``get_rotate_crop_image``)."""

_LETTER = 3.0
"""Up to this ratio of its height to its width a tall box may hold one upright character, or two:
``1``, ``I``, ``:``."""

_SURE_WORDS = 0.9
_CLEARLY = 1.1
"""Up to this score a line that was read the way of its page is read the other way, which is chosen
where its score is above, and so many times higher. Upright print that is read upside down has
scores of .5 to .8."""


class Way(Enum):
    """What is done to a line's strip of pixels, as RapidOCR lays it level."""

    LEVEL = "level"
    TURNED_OVER = "turned over"
    STANDING = "standing"
    """A tall box is read as it stands on the page."""


@dataclass(frozen=True, slots=True)
class Strip:
    """What is known of a line before it is recognised.

    Attributes:
        width: Of its box on the page, in pixels.
        height: Likewise.
        upside_down: What the classifier says of it, laid level.
        sure: Whether RapidOCR would turn it over for that.
    """

    width: float
    height: float
    upside_down: bool
    sure: bool

    @property
    def is_tall(self) -> bool:
        """Whether RapidOCR lays it on its side."""
        return is_tall(self.width, self.height)

    @property
    def length(self) -> float:
        """How many times longer it is than high, which grows with its characters."""
        return max(self.width, self.height) / max(1.0, min(self.width, self.height))


def is_tall(width: float, height: float) -> bool:
    """Tell whether RapidOCR lays a box of this size on its side."""
    return height >= _TALL * width


def ways_to_read(strips: Sequence[Strip]) -> list[tuple[Way, Way]]:
    """List the ways in which each line may be read: first that of its page, then the other.

    Tall and wide boxes run in different directions, and are judged apart.
    """
    groups = {tall: [strip for strip in strips if strip.is_tall == tall] for tall in (False, True)}
    of_most = {tall: _ways_of_most(group) for tall, group in groups.items()}
    runs_across = _length(groups[False]) > _length(groups[True])
    return [
        (Way.STANDING, Way.LEVEL)
        if strip.is_tall and strip.length <= _LETTER and runs_across
        else of_most[strip.is_tall]
        for strip in strips
    ]


def first_corner(way: Way, *, is_tall: bool) -> int:
    """Return which corner of its box, clockwise from the top left one, a line is read from.

    RapidOCR lays a tall box level by a quarter turn to the left, so that its top right corner comes
    first.
    """
    if way == Way.STANDING:
        return 0
    return (1 if is_tall else 0) + (2 if way == Way.TURNED_OVER else 0)


def is_doubtful(score: float) -> bool:
    """Tell whether a line that was read with this score may be laid wrong."""
    return score <= _SURE_WORDS


def is_clearly_better(score: float, before: float) -> bool:
    """Tell whether a line that was read with one score is laid better than before."""
    return score > max(_SURE_WORDS, _CLEARLY * before)


def _ways_of_most(strips: Iterable[Strip]) -> tuple[Way, Way]:
    sure = [strip for strip in strips if strip.sure]
    upside_down = _length(strip for strip in sure if strip.upside_down)
    is_on_its_head = upside_down > _length(sure) / 2
    return (Way.TURNED_OVER, Way.LEVEL) if is_on_its_head else (Way.LEVEL, Way.TURNED_OVER)


def _length(strips: Iterable[Strip]) -> float:
    return sum(strip.length for strip in strips)
