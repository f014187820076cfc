"""Give the words of a page a few font sizes, as a printed page has them.

The boxes of words are as high as their letters are: "are" is lower than "Breakfast". Poppler takes
lines whose sizes differ by a twentieth for different blocks of text (`TextPage::coalesce`), and
would find the lines of one column out of order.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ALIKE = 1.4
"""Heights up to this ratio become one size; each is off by a sixth at most then."""


def sizes_for(heights: Sequence[float]) -> Mapping[float, float]:
    """Return the font size for each of the heights of words.

    The sizes are found one after the other, each for as many of the words that are left as have
    heights alike.
    """
    left, sizes = sorted(heights), {}
    while left:
        first, end = max(
            ((at, bisect_right(left, _ALIKE * height)) for at, height in enumerate(left)),
            key=lambda span: span[1] - span[0],
        )
        size = (left[first] * left[end - 1]) ** 0.5
        sizes.update(dict.fromkeys(left[first:end], size))
        del left[first:end]
    return sizes
