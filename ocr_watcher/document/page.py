"""What was read on one page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ocr_watcher.values.geometry import Transform
from ocr_watcher.values.reading import DIRECTION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ocr_watcher.values.reading import Line

_MOST_QUARTERS = 3


@dataclass(frozen=True, slots=True)
class RecognisedPage:
    """What was read on one page of the image.

    Attributes:
        number: From 1.
        width: Of the original page, in pixels.
        height: Likewise.
        lines: Their locations in pixels of the original page.
        details: What else the engine answered for the page.
        to_upright: From pixels of the original page to those of the picture that the engine was
            given. It turns, mirrors and stretches; where it moves points to has no meaning.
        low_confidence: The mean score of its characters, from 0 to 1, where they are to be doubted.
    """

    number: int
    width: int
    height: int
    lines: tuple[Line, ...]
    details: Mapping[str, Any] = field(default_factory=dict)
    to_upright: Transform = field(default_factory=Transform)
    low_confidence: float | None = None

    @property
    def direction(self) -> int | None:
        """By how many quarters the writing is turned counter-clockwise on the picture read, 0 to 3.

        None where the engine does not say, or says what makes no sense.
        """
        direction = self.details.get(DIRECTION)
        return direction if type(direction) is int and 0 <= direction <= _MOST_QUARTERS else None
