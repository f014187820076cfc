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
    """One value of bounded size, however long the disk hangs. Any thread may call any method."""

    def __init__(self) -> None:
        """Begin without anything to tell."""
        self._lock = threading.Lock()
        self._subscription = Subscription()
        self._translator = Translator()
        self._idleness = Idleness()
        self._notices = Notices()

    @property
    def subscription(self) -> Subscription:
        """What people want to be told, and where."""
        return self._subscription

    def subscribe(self, subscription: Subscription) -> None:
        """Replace what people want to be told, when another pipeline begins."""
        with self._lock:
            self._subscription = subscription
            self._translator.begin_again()

    def recall(self, told: Iterable[Mapping[str, str]]) -> None:
        """Note pauses that were told before this process began: the code of each, by who pauses."""
        with self._lock:
            for pauses in told:
                self._translator.recall(pauses)

    def put(self, event: Item) -> bool:
        """Note what an event gives to tell, and return whether that is anything."""
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
        """Whether there is nothing to keep."""
        with self._lock:
            return self._notices == Notices()

    def take(self) -> Notices:
        """Return all that is there, and begin anew."""
        with self._lock:
            taken, self._notices = self._notices, Notices()
        return taken

    def give_back(self, notices: Notices) -> None:
        """Note again what was taken and could not be kept."""
        with self._lock:
            self._notices = notices + self._notices

    def left(self, now: float) -> float | None:
        """Return the seconds until `look` is to be called; None while nothing was done."""
        with self._lock:
            return self._idleness.left(now)

    def look(self, now: float, *, at_once: bool = False) -> bool:
        """See whether all that came is done, and return whether that is to be told.

        Args:
            now: The time.
            at_once: Whether to decide without a time of quiet.
        """
        with self._lock:
            if at_once:
                self._idleness.wait_no_longer()
            if self._idleness.left(now) != 0.0:
                return False
        waiting = self._subscription.waiting()  # which may take a lock of the pipeline
        with self._lock:
            done = self._idleness.look(now, waiting)
            if done is not None:
                self._notices += Notices(done=done)
        return done is not None
