"""What is remembered of the tries at an image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocr_watcher.values.image import Stamp


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of the tries at an image that is not at its end.

    Attributes:
        stamp: The content that was tried.
        tries: Those that ended with a fault of the image.
        delays: Those that ended with a fault of something else.
        failed_at: When the last one ended, in seconds since the epoch.
        next_try: When the next one is due, likewise.
        code: Of the last fault.
        message: Likewise.
    """

    stamp: Stamp
    tries: int
    delays: int
    failed_at: float
    next_try: float
    code: str
    message: str
