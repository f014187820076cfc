"""What becomes of an image after a fault: pure decisions."""

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
    """Return the fault of an image in place of one of the service that only this image meets.

    Where such a fault meets one image once more, and others were recognised since its last try, it
    is the image.

    Args:
        error: How the try ended.
        earlier: The tries before it.
        last_success: When an image was last recognised, in seconds since the epoch.
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
    back_off: BackOff,
    now: float,
    uniform: Callable[[float, float], float] = random.uniform,
) -> Tried:
    """Return when an image is tried again. Only a fault of its own counts as one of its tries.

    Args:
        error: How the try ended.
        earlier: The tries before it.
        stamp: The content that was tried.
        back_off: How the delays grow.
        now: Seconds since the epoch.
        uniform: Return a random number between two.
    """
    tries, delays = (earlier.tries, earlier.delays) if earlier else (0, 0)
    if isinstance(error, ImageError):
        delay, tries = _delay(back_off, tries, uniform), tries + 1
    else:
        delay, delays = _delay(back_off, delays, uniform), delays + 1
    code = str(error.code) if isinstance(error, EngineError) else "storage"
    return Tried(stamp, tries, delays, now, now + delay, code, str(error))


def _delay(back_off: BackOff, earlier: int, uniform: Callable[[float, float], float]) -> float:
    # The jitter is over the upper half: images that failed together do not come back together.
    longest = back_off.ceiling(earlier)
    return uniform(longest / 2, longest)
