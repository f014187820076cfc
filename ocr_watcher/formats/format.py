"""What a format consists of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.document.document import Document


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a document down.

    Attributes:
        name: As the settings and ``--format`` name it.
        suffix: What a sidecar's name ends with, as ``.alto.xml``: a dot, then lower-case letters
            of ASCII, digits, dots and hyphens.
        render: Return the content of the sidecar. It is pure: what it needs stands in the document.
        needs_places: Whether the format needs the places of lines.
        headed: Whether `ocr` puts a line with the image's name before it where it prints several,
            because the format itself does not say which image it is of.
        is_text: Whether a terminal can show it, and several can be printed one after the other.
    """

    name: str
    suffix: str
    render: Callable[[Document], bytes]
    needs_places: bool = False
    headed: bool = False
    is_text: bool = True
