"""The decisions about an image after a fault; pure functions."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from ocr_watcher.errors import DoubtfulImageError, DoubtfulServiceError, EngineError, ImageError
from ocr_watcher.values.tried import Tried

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.errors import OcrWatcherError
    from ocr_watcher.values.backoff import BackOff
    from ocr_watcher.values.image import Stamp


def blamed(error: OcrWatcherError, earlier: Tried | None, last_success: float) -> OcrWatcherError:
    """Return an error that blames the image, if a fault of the service occurs only for this image.

    That is so if the fault occurs for the image again, and other images were recognised since its
    last try. Otherwise, return the error unchanged.

    Args:
        error: The error of the try.
        earlier: The tries before it.
        last_success: The time when an image was last recognised, in seconds since the epoch.
    """
    if (
        isinstance(error, DoubtfulServiceError)
        and earlier is not None
        and last_success > earlier.failed_at
    ):
        return DoubtfulImageError(error.code, str(error), advice=error.image_advice)
    return error


def is_final(error: OcrWatcherError, tries: int, attempts: int) -> bool:
    """Return whether an image has failed for good.

    Only a fault of the image itself can be final. The image waits however often the service, the
    account or the disk is at fault.

    Args:
        error: The error of the last try.
        tries: The number of tries that ended with a fault of the image, with the last one.
        attempts: The number of such tries for a doubtful fault (``retry.attempts``).
    """
    if isinstance(error, DoubtfulImageError):
        return tries >= attempts
    return isinstance(error, ImageError)


def after(
    error: OcrWatcherError,
    earlier: Tried | None,
    stamp: Stamp,
    *,
    back_off: BackOff,
    now: float,
    uniform: Callable[[float, float], float] = random.uniform,
) -> Tried:
    """Return the tries of an image after a fault, with the time of the next one.

    Only a fault of the image itself counts as one of its tries.

    Args:
        error: The error of the try.
        earlier: The tries before it.
        stamp: The stamp of the content that was tried.
        back_off: The growth of the delays.
        now: The time in seconds since the epoch.
        uniform: A function that returns a random number between two.
    """
    tries, delays = (earlier.tries, earlier.delays) if earlier else (0, 0)
    if isinstance(error, ImageError):
        delay, tries = _delay(back_off, tries, uniform), tries + 1
    else:
        delay, delays = _delay(back_off, delays, uniform), delays + 1
    code = str(error.code) if isinstance(error, EngineError) else "storage"
    return Tried(stamp, tries, delays, now, now + delay, code, str(error))


def _delay(back_off: BackOff, earlier: int, uniform: Callable[[float, float], float]) -> float:
    # Random delays in the upper half spread the next tries of images that failed together.
    longest = back_off.ceiling(earlier)
    return uniform(longest / 2, longest)
