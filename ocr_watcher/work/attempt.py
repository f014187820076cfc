"""The attempts at images: decides whether one is due, and acts on how it ended."""

from __future__ import annotations

import collections
import logging
import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from ocr_watcher.errors import (
    DoubtfulImageError,
    ImageError,
    OcrWatcherError,
    PausingError,
    Stopped,
    UnknownCodeError,
    UnknownFaultError,
)
from ocr_watcher.logs.fields import fields
from ocr_watcher.values.outcome import Again, Failed, Outcome, Recognised
from ocr_watcher.work.opened import open_image
from ocr_watcher.work.underway.attempts import Underway
from ocr_watcher.work.underway.suspects import Suspects
from ocr_watcher.work.unknown_code_tries import UnknownCodeTries
from ocr_watcher.work.verdict import after, blamed, is_final

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.engine.permit import Permit
    from ocr_watcher.ledger.ledger import Ledger
    from ocr_watcher.settings.model import RetrySettings
    from ocr_watcher.values.image import Image
    from ocr_watcher.values.tried import Tried
    from ocr_watcher.work.opened import OpenedImage
    from ocr_watcher.work.recognise import Recogniser

_log = logging.getLogger(__name__)


class Attempts:
    """The attempts at all images; the ledger keeps their number over a restart."""

    def __init__(
        self,
        recogniser: Recogniser,
        ledger: Ledger,
        retry: RetrySettings,
        *,
        wall_clock: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
        fault: Callable[[str], PausingError | None] = lambda _endpoint: None,
        endpoint_of: Callable[[str], str] = lambda _root: "",
        underway: Underway | None = None,
        suspects: Suspects | None = None,
    ) -> None:
        """Create the attempts.

        Args:
            recogniser: The recogniser, which makes one attempt.
            ledger: The ledger, which keeps the tries of each image.
            retry: The number of tries and the delays between them.
            wall_clock: A function that returns the seconds since the epoch.
            clock: A function that returns the seconds of a clock that only goes forward.
            fault: A function that returns the fault that pauses the calls of an endpoint; None if
                calls are made.
            endpoint_of: A function that returns the endpoint that reads the images of a folder,
                given its root.
            underway: The record of the images that are being worked on.
            suspects: The images that the program died with; finished images are removed from it.
        """
        self._recogniser = recogniser
        self._ledger = ledger
        self._retry = retry
        self._wall_clock = wall_clock
        self._fault = fault
        self._endpoint_of = endpoint_of
        self._clock = clock
        # Unknown codes of other images count only at the same endpoint.
        self._unknown_codes = collections.defaultdict[str, UnknownCodeTries](UnknownCodeTries)
        self._last_success: dict[str, tuple[float, float]] = {}  # by both clocks
        self._underway = underway or Underway()
        self._suspects = suspects or Suspects(ledger.deaths)

    def __call__(self, image: Image, tried: Tried | None, permit: Permit) -> Outcome:
        """Make an attempt at an image, if one is due.

        Args:
            image: The image.
            tried: The tries so far, if the queue has waited for the next one; None if the image
                has just appeared or was found by a scan.
            permit: The permit for its calls.

        Raises:
            PausingError: Every image would fail in the same way; this one loses no try.
            Stopped: The program was asked to stop.
        """
        with open_image(image) as opened:
            return self._attempt(opened, tried, permit)

    def _attempt(self, opened: OpenedImage, tried: Tried | None, permit: Permit) -> Outcome:
        image, stamp = opened.image, opened.stamp
        earlier = tried or self._ledger.tries_of(image)
        if earlier is not None and not earlier.stamp.is_of_the_same_content(stamp):
            earlier = None
        endpoint = self._endpoint_of(image.root)
        earlier = self._unknown_codes[endpoint].restored(image, earlier)
        if tried is None and earlier is not None and self._is_too_soon_after(earlier):
            return Again(None, earlier, left=earlier.next_try - self._wall_clock())
        try:
            permit.confirm()
            with self._underway.attempt(image, stamp):
                outcome = self._recogniser.recognise(opened, permit)
        except (PausingError, Stopped) as error:
            if isinstance(error, UnknownFaultError):
                self._give_tries_back(endpoint)
            raise
        except UnknownCodeError as error:
            return self._after_unknown(error, opened, earlier)
        except OcrWatcherError as error:
            last_success = self._last_success_at(endpoint)
            return self._after(blamed(error, earlier, last_success), opened, earlier)
        except Exception as error:
            _log.exception("a fault of this program", extra=fields(image=image))
            return self._after(_bug(error), opened, earlier)
        if isinstance(outcome, Recognised):
            self._last_success[endpoint] = (self._wall_clock(), self._clock())
            self._unknown_codes[endpoint].another_passed()
            self._ledger.confidence.note(image, stamp, outcome.low_confidence)
        self._suspects.forget(image)
        return outcome

    def _last_success_at(self, endpoint: str) -> float:
        """Return when an endpoint last read an image, in seconds since the epoch.

        If the wall clock was set since, its times before and after cannot be compared. The earlier
        of two results is used, so that no image is blamed without reason.
        """
        wall, clock = self._last_success.get(endpoint, (float("-inf"), float("-inf")))
        return min(wall, self._wall_clock() - (self._clock() - clock))

    def _is_the_endpoints_fault(self, endpoint: str) -> bool:
        return isinstance(self._fault(endpoint), UnknownFaultError)

    def _after_unknown(
        self, error: UnknownCodeError, opened: OpenedImage, earlier: Tried | None
    ) -> Outcome:
        image, code = opened.image, str(error.code)
        endpoint = self._endpoint_of(image.root)
        tries = self._unknown_codes[endpoint]
        if tries.counts(image, earlier, code, partial(self._is_the_endpoints_fault, endpoint)):
            outcome = self._after(error, opened, earlier)
            if not (isinstance(outcome, Failed) and tries.has_back(image)):
                return outcome
            self._withdraw_failure(image, code)  # the pause began before the error file existed
        raise UnknownFaultError(error.code, str(error), advice=error.advice) from None

    def _give_tries_back(self, endpoint: str) -> None:
        for image, before in self._unknown_codes[endpoint].give_back().items():
            tried = self._ledger.tries_of(image)
            if tried is not None:
                self._ledger.tried(image, replace(tried, tries=before.tries))
            self._withdraw_failure(image, before.code)

    def _withdraw_failure(self, image: Image, code: str) -> None:
        try:
            self._recogniser.withdraw_failure(image, code)
        except OcrWatcherError as error:
            advice = "to try again what failed with this code, run ocr-watcher retry"
            extra = fields(image=image, code=code, advice=advice)
            _log.warning("the image stays failed: %s", error, extra=extra)

    def _is_too_soon_after(self, earlier: Tried) -> bool:
        # A last try in the future means that the clock was set back; the next may be years away.
        return earlier.failed_at <= self._wall_clock() < earlier.next_try

    def _after(self, error: OcrWatcherError, opened: OpenedImage, earlier: Tried | None) -> Outcome:
        image = opened.image
        tried = after(
            error, earlier, opened.stamp, back_off=self._retry.back_off, now=self._wall_clock()
        )
        if isinstance(error, ImageError) and is_final(error, tried.tries, self._retry.attempts):
            try:
                outcome = self._recogniser.fail(opened, error, tried.tries)
            except OcrWatcherError as storage:
                return self._after(storage, opened, earlier)
            if isinstance(outcome, Failed):  # otherwise another content is there now
                self._ledger.forget(image)
                self._suspects.forget(image)
            return outcome
        self._ledger.tried(image, tried)
        return Again(error, tried)


def _bug(error: Exception) -> DoubtfulImageError:
    """Return a bug of this program as a fault of the image, so that its tries come to an end."""
    return DoubtfulImageError(
        "internal",
        f"a fault of this program: {type(error).__name__}",
        advice="run with --log-level debug, and report what it shows",
    )
