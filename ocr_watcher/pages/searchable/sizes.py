"""Give the rows of a page a few font sizes, as a printed page has them.

What is known of the size of their type is not exact. Poppler takes lines whose sizes differ by a
twentieth for different blocks of text (`TextPage::coalesce`), and would find the lines of one
column out of order.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ALIKE = 1.3
"""The largest ratio of sizes that become one. Each of them then differs by a seventh at most."""


def sizes_for(types: Sequence[float]) -> Mapping[float, float]:
    """Return the font size for each of the sizes of type of the rows.

    The sizes are found one after the other, each for as many of the rows that are left as have
    sizes alike.
    """
    left, sizes = sorted(types), {}
    while left:
        first, end = max(
            ((at, bisect_right(left, _ALIKE * size)) for at, size in enumerate(left)),
            key=lambda span: span[1] - span[0],
        )
        size = (left[first] * left[end - 1]) ** 0.5
        sizes.update(dict.fromkeys(left[first:end], size))
        del left[first:end]
    return sizes
