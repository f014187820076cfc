"""What an engine read on a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ocr_watcher.values.dialect_places import in_original

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ocr_watcher.values.geometry import Point, Quad, Rectangle, Transform
    from ocr_watcher.values.word import Word

DIRECTION = "direction"
"""The detail that tells by how many quarters the writing is turned counter-clockwise."""
UNREAD_CHARACTERS = "unread_characters"
"""The detail that tells how many characters the lines have, roughly, that an engine found and could
not read."""
UNREAD_INK = "unread_ink"
"""The detail that is true if nothing was read on a page although it has something like writing."""


@dataclass(frozen=True, slots=True)
class Line:
    """One recognised line.

    Attributes:
        text: What it says.
        box: The upright rectangle around it, in pixels; None if the engine tells no place.
        quad: Its corners, likewise: four, from the top left one of the line clockwise.
        score: How sure the engine is of its characters on average, from 0 to 1.
        told: What a service told of it under names of its own, the places and the score among it;
            empty if the engine has no such names.
        words: Its words, where the engine tells the place of each; else none.
    """

    text: str
    box: Rectangle | None = None
    quad: Quad | None = None
    score: float | None = None
    told: Mapping[str, Any] = field(default_factory=dict)
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
            in_original(self.told, transform),
            tuple(word.mapped(transform) for word in self.words),
        )


def _whole(x: float, y: float) -> Point:
    return round(x), round(y)


@dataclass(frozen=True, slots=True)
class Reading:
    """What an engine read on one page.

    Attributes:
        lines: The lines, in reading order; none for a page without text, which is a success.
        details: What else the engine told of the page (``log_id``, ``direction``,
            ``paragraphs_result`` …), under Baidu's names, and `UNREAD_CHARACTERS` and `UNREAD_INK`.
    """

    lines: tuple[Line, ...]
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EngineIdentity:
    """How a sidecar names the engine that read it.

    Attributes:
        name: The name of the engine, such as ``baidu``.
        endpoint: The service's endpoint, or the name of the models.
        options: The options of each call.
    """

    name: str
    endpoint: str
    options: Mapping[str, str] = field(default_factory=dict)
