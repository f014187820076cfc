"""What becomes of an image after a fault: pure decisions."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from ocr_watcher.errors import DoubtfulImageError, EngineError, ImageError, TransientError
from ocr_watcher.ledger.ledger import Tried

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.errors import OcrWatcherError
    from ocr_watcher.settings.model import RetrySettings
    from ocr_watcher.values.image import Stamp

_PERHAPS_THE_IMAGE = frozenset({282000})
"""Codes of the service's own faults that one image may raise again and again."""


def blamed(error: OcrWatcherError, earlier: Tried | None, last_success: float) -> OcrWatcherError:
    """Blames the image for a fault of the service that only this image meets.

    Error 282000 says that the service failed. Where it meets one image once more, and others
    were recognised since its last try, it is the image: too much text for the endpoint, mostly.

    Args:
        error: How the try ended.
        earlier: The tries before it.
        last_success: When an image was last recognised, in seconds since the epoch.
    """
    if (
        isinstance(error, TransientError)
        and error.code in _PERHAPS_THE_IMAGE
        and earlier is not None
        and last_success > earlier.failed_at
    ):
        advice = (
            "the page may hold too much text for the endpoint; try another, or scan it in parts"
        )
        return DoubtfulImageError(error.code, str(error), advice=advice)
    return error


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


def after(
    error: OcrWatcherError,
    earlier: Tried | None,
    stamp: Stamp,
    *,
    retry: RetrySettings,
    now: float,
    uniform: Callable[[float, float], float] = random.uniform,
) -> Tried:
    """Says when an image is tried again. Only a fault of its own counts as one of its tries.

    Args:
        error: How the try ended.
        earlier: The tries before it.
        stamp: The content that was tried.
        retry: The first and the longest delay.
        now: Seconds since the epoch.
        uniform: Draws a number between two.
    """
    tries, delays = (earlier.tries, earlier.delays) if earlier else (0, 0)
    if isinstance(error, ImageError):
        delay, tries = back_off(tries, retry, uniform), tries + 1
    else:
        delay, delays = back_off(delays, retry, uniform), delays + 1
    code = str(error.code) if isinstance(error, EngineError) else "storage"
    return Tried(stamp, tries, delays, now, now + delay, code, str(error))


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
