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

_LINE_ENDS_AND_CONTROLS = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029), " ")
"""Within a recognised line these would be read as the end of a line or of a page."""

_TO_UPRIGHT = (
    Transform(),
    Transform(xx=0, xy=-1, yx=1, yy=0),
    Transform(xx=-1, yy=-1),
    Transform(xx=0, xy=1, yx=-1, yy=0),
)
"""What makes a page of each ``direction`` upright: 1, 2 and 3 are quarters that the page is turned
counter-clockwise (the service's documentation of ``direction``)."""


@dataclass(frozen=True, slots=True)
class RecognisedPage:
    """What was read on one page of the image.

    Attributes:
        number: The number of the page, from 1.
        width: The width of the original page, in pixels.
        height: The height of the original page, in pixels.
        lines: Their locations in pixels of the original page.
        details: What else the engine answered for the page.
        to_upright: The map from pixels of the original page to those of the picture that the engine
            was given. It turns, mirrors and stretches; where it moves points to has no meaning.
        low_confidence: The mean score of its characters, from 0 to 1, where they are to be doubted.
        resolution: The dots per inch across and down the original page, as the file tells it; None
            if it does not, or tells what is not credible.
        own_text: Whether the lines are the text that the page has in the file: no engine read it.
    """

    number: int
    width: int
    height: int
    lines: tuple[Line, ...]
    details: Mapping[str, Any] = field(default_factory=dict)
    to_upright: Transform = field(default_factory=Transform)
    low_confidence: float | None = None
    resolution: tuple[float, float] | None = None
    own_text: bool = False

    @property
    def direction(self) -> int | None:
        """The direction of the writing on the picture read, in quarters counter-clockwise, 0 to 3.

        None if the engine does not say, or says what makes no sense.
        """
        direction = self.details.get(DIRECTION)
        return direction if type(direction) is int and 0 <= direction <= _MOST_QUARTERS else None

    @property
    def texts(self) -> list[str]:
        """The text of each line, without control characters and ends of lines."""
        return [line.text.translate(_LINE_ENDS_AND_CONTROLS) for line in self.lines]

    @property
    def to_reading(self) -> Transform:
        """The map from pixels of the original page to a page that is held as it is read.

        It turns, mirrors and stretches; where it moves points to has no meaning.
        """
        return _TO_UPRIGHT[self.direction or 0].after(self.to_upright)
