"""The lines of the log about the end of attempts."""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING

from ocr_watcher.logs.fields import fields
from ocr_watcher.logs.repeats import repeating
from ocr_watcher.values.outcome import Again, Failed, NotAnImage, Recognised

if TYPE_CHECKING:
    from ocr_watcher.events.model import AttemptEnded
    from ocr_watcher.values.image import Image

_log = logging.getLogger(__name__)

_MOST_NAMED = 20
"""The largest number of pages of one image that a line of the log names."""


def log_attempt(ended: AttemptEnded) -> None:
    """Log the end of an attempt, unless it is of no interest to a person."""
    match ended.outcome:
        case Recognised():
            _log_recognised(ended, ended.outcome)
        case Failed(error, tries):
            told = fields(image=ended.image, code=error.code, tries=tries, advice=error.advice)
            _log.error("failed: %s", error, extra=told)
        case NotAnImage():
            told = fields(image=ended.image)
            _log.info("not an image: written by ocr-watcher, as its metadata say", extra=told)
        case Again(error, _) if error is not None:
            _log_again(ended.image, ended.outcome, is_repeated=ended.is_repeated)
        case Again(None, _) if not ended.is_repeated:
            _log_too_soon(ended.image, ended.outcome)


def _log_recognised(ended: AttemptEnded, outcome: Recognised) -> None:
    told = fields(
        image=ended.image,
        pages=outcome.pages,
        lines=outcome.lines,
        milliseconds=round(ended.worked * 1000),
        waited_milliseconds=round(ended.waited * 1000),
    )
    _log.info("recognised", extra=told)
    if outcome.unread:
        numbers = ", ".join(map(str, outcome.unread[:_MOST_NAMED]))
        told = fields(image=ended.image, unread_pages=len(outcome.unread))
        _log.info("there is ink, but no text was found: page %s", numbers, extra=told)


def _log_again(image: Image, outcome: Again, *, is_repeated: bool) -> None:
    error, tried = outcome.error, outcome.tried
    advice = "" if error is None else error.advice
    if is_repeated:
        seconds = round(tried.next_try - tried.failed_at, 1)
        told = fields(image=image, code=tried.code, seconds=seconds, advice=advice)
        extra = told | repeating(fault=error)
        _log.warning("will retry in %s s: %s", seconds, error, extra=extra)
    else:
        told = fields(image=image, code=tried.code, advice=advice)
        _log.warning("left for the next run: %s", error, extra=told)


def _log_too_soon(image: Image, outcome: Again) -> None:
    """Log that an image whose earlier tries failed is not tried yet, nor later in this run."""
    tried = outcome.tried
    seconds = math.ceil(outcome.delay)
    told = fields(image=image, code=tried.code, seconds=seconds)
    _log.warning(
        "its next try is due in %s s: run the command again then; the last try ended with: %s",
        seconds,
        tried.message,
        extra=told,
    )
