"""The notices that are not in the store yet."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from ocr_watcher.events.model import AttemptEnded
from ocr_watcher.service.messages.idleness import Idleness
from ocr_watcher.service.messages.listeners import Translator
from ocr_watcher.service.messages.notices import Notices
from ocr_watcher.service.messages.subscription import Subscription
from ocr_watcher.values.outcome import Failed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ocr_watcher.service.messages.listeners import Item


class Inbox:
    """The inbox. Its size is bounded, however long the disk hangs; any thread may use it."""

    def __init__(self) -> None:
        """Begin without notices."""
        self._lock = threading.Lock()
        self._subscription = Subscription()
        self._translator = Translator()
        self._idleness = Idleness()
        self._notices = Notices()

    @property
    def subscription(self) -> Subscription:
        """The messages that people want, and the targets."""
        return self._subscription

    def subscribe(self, subscription: Subscription) -> None:
        """Replace the subscription when another pipeline begins."""
        with self._lock:
            self._subscription = subscription
            self._translator.begin_again()

    def recall(self, told: Iterable[Mapping[str, str]]) -> None:
        """Note the pauses that earlier processes reported: the codes, by engine and endpoint."""
        with self._lock:
            for pauses in told:
                self._translator.recall(pauses)

    def put(self, event: Item) -> bool:
        """Note the notices of an event, and return whether there are any."""
        now = time.time()
        with self._lock:
            wanted = self._subscription.wanted
            notices = self._translator.notices(event, wanted, now)
            is_news = notices != Notices()
            if is_news:
                self._notices += notices
            if isinstance(event, AttemptEnded) and "idle" in wanted:
                self._idleness.ended(now, failed=isinstance(event.outcome, Failed))
                is_news = True
        return is_news

    @property
    def is_empty(self) -> bool:
        """Whether there are no notices to keep."""
        with self._lock:
            return self._notices == Notices()

    def take(self) -> Notices:
        """Remove and return all notices."""
        with self._lock:
            taken, self._notices = self._notices, Notices()
        return taken

    def give_back(self, notices: Notices) -> None:
        """Put back notices that were taken and could not be kept."""
        with self._lock:
            self._notices = notices + self._notices

    def left(self, now: float) -> float | None:
        """Return the seconds until the next call of `look`; None if no image has ended."""
        with self._lock:
            return self._idleness.left(now)

    def look(self, now: float, *, at_once: bool = False) -> bool:
        """Find out whether all images are done, and return whether that is a notice.

        Args:
            now: The time.
            at_once: Whether to decide without a quiet time.
        """
        with self._lock:
            if at_once:
                self._idleness.wait_no_longer()
            if self._idleness.left(now) != 0.0:
                return False
        waiting = self._subscription.waiting()  # this call may take a lock of the pipeline
        with self._lock:
            done = self._idleness.look(now, waiting)
            if done is not None:
                self._notices += Notices(done=done)
        return done is not None
