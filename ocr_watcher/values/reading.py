"""What an engine read on a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

UNREAD_CHARACTERS = "unread_characters"
"""The detail that tells how many characters the lines have, roughly, that an engine found and could
not read."""
UNREAD_INK = "unread_ink"
"""Of a page's details: true where nothing was read on it although it has something like writing."""


@dataclass(frozen=True, slots=True)
class Line:
    """One recognised line.

    Attributes:
        words: Its text.
        fields: What else the engine tells of it, in the shape and under the names of Baidu's
            answers: ``location`` (``left``, ``top``, ``width``, ``height`` in pixels of the page
            given), ``probability`` (``average`` …), ``vertexes_location``, ``chars`` …
    """

    words: str
    fields: Mapping[str, Any] = field(default_factory=dict)


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
class Description:
    """How a sidecar names the engine that read it.

    Attributes:
        name: ``baidu`` or ``local``.
        endpoint: The service's endpoint, or the name of the models.
        options: The options of each call.
    """

    name: str
    endpoint: str
    options: Mapping[str, str] = field(default_factory=dict)
