"""The map from the strip of a line to the box that it was cut out of.

RapidOCR makes a rectangle of a box, in perspective (``get_rotate_crop_image``). Because of
rounding, one end of a box may be higher than the other. Letters near the higher end are then longer
in the box than on the strip, and the middle of a long line is off by several letters.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocr_watcher.values.geometry import Quad


def share_in_box(share: float, box: Quad) -> float:
    """Map a share of the length of a strip to a share of the length of its box.

    Args:
        share: The share, from 0 to 1.
        box: The corners, from where the line begins above its letters, along the line, and back.
    """
    begin_above, end_above, end_below, begin_below = box
    begin = math.dist(begin_above, begin_below) * share
    end = math.dist(end_above, end_below) * (1 - share)
    return begin / (begin + end) if begin + end else share
