"""The names of the environment variables that give settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocr_watcher.settings.sections import Place

PREFIX = "OCR_WATCHER_"
SEPARATOR = "__"
"""What stands between the section and the name in it."""


def variable_of(place: Place) -> str:
    """Return the variable of a setting: its path in capitals, such as OCR_WATCHER_LOG__LEVEL."""
    parts = filter(None, (place.section, place.name))
    return PREFIX + SEPARATOR.join(parts).upper()
