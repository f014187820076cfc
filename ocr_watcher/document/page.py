"""The text of one page."""

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
"""Characters that would be read as the end of a line or of a page if a recognised line had them."""

_TO_UPRIGHT = (
    Transform(),
    Transform(xx=0, xy=-1, yx=1, yy=0),
    Transform(xx=-1, yy=-1),
    Transform(xx=0, xy=1, yx=-1, yy=0),
)
"""The transform that makes a page of each ``direction`` upright. 1, 2 and 3 are the quarter turns
counter-clockwise of the page (the service's documentation of ``direction``)."""


@dataclass(frozen=True, slots=True)
class RecognisedPage:
    """The text that was read on one page of the image.

    Attributes:
        number: The number of the page, from 1.
        width: The width of the original page, in pixels.
        height: The height of the original page, in pixels.
        lines: Their locations in pixels of the original page.
        details: The other fields of the engine's answer for the page.
        to_upright: The map from pixels of the original page to those of the picture that the engine
            was given. Only its rotation, reflection and scale have a meaning, not its shift.
        low_confidence: The mean score of its characters, from 0 to 1, if it is low; None otherwise.
        resolution: The dots per inch across and down the original page, from the file; None if the
            file has no credible resolution.
        own_text: Whether the lines are the text that the file has for the page, so that no engine
            read it.
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
        """The direction of the writing on the picture, in quarter turns counter-clockwise, 0 to 3.

        None if the engine gives no direction, or an invalid one.
        """
        direction = self.details.get(DIRECTION)
        return direction if type(direction) is int and 0 <= direction <= _MOST_QUARTERS else None

    @property
    def texts(self) -> list[str]:
        """The text of each line, without control characters and line ends."""
        return [line.text.translate(_LINE_ENDS_AND_CONTROLS) for line in self.lines]

    @property
    def to_reading(self) -> Transform:
        """The map from pixels of the original page to a page that is held as it is read.

        Only its rotation, reflection and scale have a meaning, not its shift.
        """
        return _TO_UPRIGHT[self.direction or 0].after(self.to_upright)
