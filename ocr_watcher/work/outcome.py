"""How a try at one image ends when nothing went wrong, or when the image is at its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocr_watcher.errors import ImageError


@dataclass(frozen=True, slots=True)
class Recognised:
    """Its sidecars are written.

    Attributes:
        pages: How many it has.
        lines: How many lines were read on them.
    """

    pages: int
    lines: int


@dataclass(frozen=True, slots=True)
class Failed:
    """It failed for good, and the file beside it says why.

    Attributes:
        error: The fault.
        tries: How many tries it was given.
    """

    error: ImageError
    tries: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """There was nothing to do.

    Attributes:
        reason: Why.
    """

    reason: str


@dataclass(frozen=True, slots=True)
class Changed:
    """Its content changed while it was read: what was read is void, and it must settle anew."""


Outcome = Recognised | Failed | Skipped | Changed
