"""The earlier tries at an image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocr_watcher.values.image import Stamp


@dataclass(frozen=True, slots=True)
class Tried:
    """The earlier tries at an image that will be tried again.

    Attributes:
        stamp: The content that was tried.
        tries: The number of tries that ended with a fault of the image.
        delays: The number of tries that ended with a fault of something else.
        failed_at: The time when the last try ended, in seconds since the epoch.
        next_try: The time when the next try is due, in seconds since the epoch.
        code: The code of the last fault.
        message: The message of the last fault.
    """

    stamp: Stamp
    tries: int
    delays: int
    failed_at: float
    next_try: float
    code: str
    message: str
