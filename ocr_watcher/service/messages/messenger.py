"""Keeps the notices, and sends them at the right time, step by step."""

from __future__ import annotations

import functools
import logging
import secrets
import socket
import threading
import time
from typing import TYPE_CHECKING

from ocr_watcher.service.messages.delays import rest
from ocr_watcher.service.messages.delivery import BROKEN_OFF, Delivery
from ocr_watcher.service.messages.digest import digest_of
from ocr_watcher.service.messages.inbox import Inbox
from ocr_watcher.service.messages.logged_faults import LoggedFaults
from ocr_watcher.service.messages.memory_store import MemoryStore
from ocr_watcher.service.messages.outbox import Outbox
from ocr_watcher.service.messages.sending import Lease, Sending

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.service.messages.listeners import Item
    from ocr_watcher.service.messages.store import Store
    from ocr_watcher.service.messages.subscription import Subscription

_log = logging.getLogger(__name__)

_SOON_SECONDS = 1.0
"""The seconds between two changes of the store that change only numbers, and between two checks
whether the last sending has ended."""
_AGAIN_SECONDS = 30.0
"""The time after which a store that could not be used is tried again."""
_TOO_LATE = "it did not answer before the end of the run"


class Messenger:
    """The messenger, which passes notices from events to targets.

    Any thread may call `put`, which takes microseconds: notices that are not kept yet are one value
    of bounded size, however long the disk hangs. All other methods are for one thread. A fault of
    the disk or of a target never raises: notices that the disk refuses are sent from memory.
    """

    def __init__(self, store: Store, deliver: Callable[[], Delivery] = Delivery) -> None:
        """Create it without notices.

        Args:
            store: The file that keeps the notices.
            deliver: A function that returns a new delivery.
        """
        self._file = store
        self._memory = MemoryStore(store.owner)
        self._refused: float | None = None  # the time since which the file is not used
        self._news = threading.Event()
        self._inbox = Inbox()
        self._adopted: Subscription | None = None
        self._is_full = False
        self._kept_at = 0.0
        self._sending = Sending(self.wake, deliver)
        self._logged_faults = LoggedFaults()
        self._host = socket.gethostname()

    def put(self, event: Item) -> None:
        """Note the notices of an event."""
        if self._inbox.put(event):
            self.wake()

    def subscribe(self, subscription: Subscription) -> None:
        """Replace the subscription when another pipeline begins."""
        self._inbox.subscribe(subscription)
        self.wake()

    def wake(self) -> None:
        """End a wait."""
        self._news.set()

    def wait(self, seconds: float | None) -> None:
        """Wait until there is something to do, for at most a number of seconds."""
        self._news.wait(seconds)
        self._news.clear()

    def step(self, now: float) -> float | None:
        """Keep new notices, begin to send due ones, and find out whether all images are done.

        Args:
            now: The time, in seconds since the epoch.

        Returns:
            The seconds until the next step if no event comes before; None to wait for an event.
        """
        every = self._inbox.subscription.every

        def chosen(outbox: Outbox) -> bool:
            return outbox.left(now, every) == 0.0

        left = self._work(now, chosen)
        if self._inbox.look(now):
            left = self._work(now, chosen)
        waits = [seconds for seconds in (left, self._inbox.left(now)) if seconds is not None]
        return min(waits, default=None)

    def flush(self, deadline: float) -> None:
        """Send the notices that may be sent now, and wait for the end of the sending.

        Args:
            deadline: The latest end, by `time.monotonic`.
        """
        self._sending.finish(deadline, _TOO_LATE)
        now = time.time()
        self._refused = None
        self._is_full = False
        every = self._inbox.subscription.every
        try:
            self._inbox.look(now, at_once=True)
        finally:
            self._work(now, lambda each: each.may_be_sent(now, every))
            self._sending.finish(deadline, _TOO_LATE)

    def close(self, deadline: float) -> None:
        """Keep or send all notices, end a sending, and leave the targets to other processes.

        Args:
            deadline: The time, by `time.monotonic`, until which a sending may end by itself.
        """
        self._sending.finish(deadline)
        self._refused = None
        now = time.time()
        self._work(now, None)
        if any(each.has_news for each in self._memory.outboxes().values()):
            subscription = self._inbox.subscription
            every = subscription.every
            self._send(self._memory, subscription, now, lambda each: each.may_be_sent(now, every))
            self._sending.finish(deadline)
            self._settle(self._memory, now)
        outboxes = self._memory.outboxes().values()
        if lost := max((each.undelivered.number for each in outboxes), default=0):
            _log.warning("%d notices are lost: they could be neither sent nor kept", lost)
        self._file.close()

    def _work(self, now: float, chosen: Callable[[Outbox], bool] | None) -> float | None:
        """Keep new notices, and begin to send.

        Args:
            now: The time.
            chosen: A function that returns whether to send to a target; None to send to none.

        Returns:
            The seconds until there is more to do.
        """
        subscription = self._inbox.subscription
        self._settle(self._memory, now)
        if self._refused is None or rest(self._refused, _AGAIN_SECONDS, now) <= 0.0:
            try:
                self._settle(self._file, now)
                self._restore(now)
                self._adopt(subscription, now)
                left = self._send(self._file, subscription, now, chosen)
            except OSError as error:
                self._refused = now
                self._logged_faults.of_store(error.strerror or type(error).__name__)
            else:
                self._refused = None
                self._logged_faults.of_store("")
                return left
        left = self._send(self._memory, subscription, now, chosen)
        again = rest(self._refused, _AGAIN_SECONDS, now)
        return again if left is None else min(left, again)

    def _send(
        self,
        store: Store | MemoryStore,
        subscription: Subscription,
        now: float,
        chosen: Callable[[Outbox], bool] | None,
    ) -> float | None:
        is_kept = self._keep(store, subscription, now, at_once=chosen is None)
        there = store.outboxes()
        outboxes = {target: there.get(target.key, Outbox()) for target in subscription.targets}
        due = [target for target, each in outboxes.items() if chosen is not None and chosen(each)]
        if due and not self._sending.is_underway:
            lease = Lease(store, f"{store.owner}.{secrets.token_hex(8)}")
            taken = store.change(
                [target.key for target in due],
                lambda each: each.taken(lease.token, now, subscription.every),
            )
            outboxes.update(zip(due, taken, strict=True))
            digests = {
                target: digest_of(each.outgoing, self._host)
                for target, each in zip(due, taken, strict=True)
                if each.lease == lease.token
            }
            if digests:
                self._is_full = False
                self._sending.begin(lease, digests)
        waits = [each.left(now, subscription.every) for each in outboxes.values()]
        soon = [seconds or _SOON_SECONDS for seconds in waits if seconds is not None]
        return min(soon if is_kept else [*soon, _SOON_SECONDS], default=None)

    def _settle(self, store: Store | MemoryStore, now: float) -> None:
        """Note the results of sendings."""
        for result in self._sending.results(store):
            store.change([result.target.key], functools.partial(result.noted, now=now))
            self._sending.settled(result)
            if result.fault != BROKEN_OFF:
                self._logged_faults.of_target(result.target, result.fault)

    def _restore(self, now: float) -> None:
        """Move notices from memory to the file, once no message with them is under way."""
        if self._sending.is_underway:
            return
        for target, refused in self._memory.outboxes().items():
            self._file.change(
                [target],
                functools.partial(Outbox.joined, other=refused, now=now, owner=self._file.owner),
            )
            self._memory.drop(target)

    def _adopt(self, subscription: Subscription, now: float) -> None:
        before = self._adopted
        if before is subscription:
            return
        if before is not None and before.targets != subscription.targets:
            self._sending.finish(time.monotonic())
            self._settle(self._file, now)
        adopted = self._file.adopt(subscription.keys, now)
        if before is None:
            self._inbox.recall(outbox.pauses.get(self._file.owner, {}) for outbox in adopted)
        self._adopted = subscription

    def _keep(
        self, store: Store | MemoryStore, subscription: Subscription, now: float, *, at_once: bool
    ) -> bool:
        """Keep new notices, and return whether none are left to keep."""
        is_early = self._is_full and rest(self._kept_at, _SOON_SECONDS, now) > 0.0 and not at_once
        if is_early or self._inbox.is_empty:
            return self._inbox.is_empty
        unkept = self._inbox.take()
        try:
            kept = store.change(
                subscription.keys, lambda each: each.with_notices(unkept, now, store.owner)
            )
        except OSError:
            self._inbox.give_back(unkept)
            raise
        self._kept_at = now
        self._is_full = all(each.waiting.is_only_counted for each in kept)
        return True
