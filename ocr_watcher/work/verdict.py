"""What becomes of an image after a fault: pure decisions."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from ocr_watcher.errors import DoubtfulImageError, ImageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.errors import OcrWatcherError
    from ocr_watcher.settings.model import RetrySettings


def is_final(error: OcrWatcherError, tries: int, attempts: int) -> bool:
    """Tells whether an image has failed for good.

    Only a fault of the image itself can be final: however often the service, the account or the
    disk is at fault, the image waits.

    Args:
        error: How the last try ended.
        tries: Tries that ended with a fault of the image, the last one included.
        attempts: How many of them a doubtful fault is given (``retry.attempts``).
    """
    if isinstance(error, DoubtfulImageError):
        return tries >= attempts
    return isinstance(error, ImageError)


def back_off(
    earlier: int, retry: RetrySettings, uniform: Callable[[float, float], float] = random.uniform
) -> float:
    """Says how long to wait before the next try, in seconds.

    Exponential, with jitter over the upper half, so that images which failed together do not
    come back together.

    Args:
        earlier: Tries that ended with such a fault before the last one.
        retry: The first and the longest delay.
        uniform: Draws a number between two.
    """
    longest = min(retry.longest_seconds, retry.first_seconds * 2.0 ** min(earlier, 60))
    return uniform(longest / 2, longest)
