"""The reading of a page: its lines, and the engine that read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ocr_watcher.values.dialect_places import in_original

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ocr_watcher.values.geometry import Point, Quad, Rectangle, Transform
    from ocr_watcher.values.word import Word

DIRECTION = "direction"
"""The detail with the number of quarter turns of the writing, counter-clockwise."""
UNREAD_CHARACTERS = "unread_characters"
"""The detail with the approximate number of characters in lines that the engine found but could not
read."""
UNREAD_INK = "unread_ink"
"""The detail that is true if nothing was read on a page although it has ink that looks like
writing."""


@dataclass(frozen=True, slots=True)
class Line:
    """One recognised line.

    Attributes:
        text: The characters of the line.
        box: The upright rectangle around it, in pixels; None if the engine gives no place.
        quad: Its four corners in pixels, clockwise from the top left one of the line; None
            likewise.
        score: The engine's mean confidence in its characters, from 0 to 1.
        fields: The fields of the line in the service's answer, with its place and score, under the
            service's names; empty for other engines.
        words: Its words, if the engine gives the place of each; otherwise empty.
    """

    text: str
    box: Rectangle | None = None
    quad: Quad | None = None
    score: float | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    words: tuple[Word, ...] = ()

    def in_original(self, transform: Transform) -> Line:
        """Return the line with its places in whole pixels of the original picture.

        Args:
            transform: The map from the page given to the engine to the original.
        """
        return Line(
            self.text,
            self.box and self.box.mapped(transform),
            self.quad and tuple(_whole(*transform.point(*corner)) for corner in self.quad),
            self.score,
            in_original(self.fields, transform),
            tuple(word.mapped(transform) for word in self.words),
        )


def _whole(x: float, y: float) -> Point:
    return round(x), round(y)


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of reading one page.

    Attributes:
        lines: The lines, in reading order; empty for a page without text, which is a success.
        details: The other results for the page (``log_id``, ``direction``, ``paragraphs_result``
            …), under Baidu's names, and `UNREAD_CHARACTERS` and `UNREAD_INK`.
    """

    lines: tuple[Line, ...]
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EngineIdentity:
    """The names by which a sidecar identifies the engine that read the image.

    Attributes:
        name: The name of the engine, such as ``baidu``.
        endpoint: The service's endpoint, or the name of the models.
        options: The options of each call.
    """

    name: str
    endpoint: str
    options: Mapping[str, str] = field(default_factory=dict)
