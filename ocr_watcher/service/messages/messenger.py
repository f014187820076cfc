"""What keeps the notices, and sends them when their time has come, step by step."""

from __future__ import annotations

import contextlib
import functools
import socket
import threading
import time
from typing import TYPE_CHECKING

from ocr_watcher.events.model import AttemptEnded
from ocr_watcher.service.messages.delivery import BROKEN_OFF, Delivery
from ocr_watcher.service.messages.digest import digest_of
from ocr_watcher.service.messages.idleness import Idleness
from ocr_watcher.service.messages.listeners import Translator
from ocr_watcher.service.messages.notices import Notices
from ocr_watcher.service.messages.orders import Orders
from ocr_watcher.service.messages.sending import Sending
from ocr_watcher.service.messages.spoken import Spoken
from ocr_watcher.service.messages.standing import Standing
from ocr_watcher.values.outcome import Failed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ocr_watcher.service.messages.digest import Digest
    from ocr_watcher.service.messages.listeners import Item
    from ocr_watcher.service.messages.store import Store
    from ocr_watcher.service.messages.target import Target

_SOON_SECONDS = 1.0
"""The time between two changes of the store that are only of numbers, and between two looks whether
the sending before has ended."""
_AGAIN_SECONDS = 30.0
"""The time after which a store that could not be used is tried again."""


class Messenger:
    """Notices on their way from events to targets.

    `put` may be called on any thread, and takes microseconds: what is not kept yet is one value of
    bounded size, however long the disk hangs. One thread calls all else. It never fails for a fault
    of the disk or of a target.
    """

    def __init__(self, store: Store, deliver: Callable[[], Delivery] = Delivery) -> None:
        """Create it without anything to tell.

        Args:
            store: Where it is kept.
            deliver: Returns what sends once.
        """
        self._store = store
        self._news = threading.Event()
        self._lock = threading.Lock()  # of the three below, and of the orders
        self._translator = Translator()
        self._idleness = Idleness()
        self._unkept = Notices()
        self._orders = Orders()
        self._adopted: Orders | None = None
        self._is_full = False
        self._kept_at = 0.0
        self._sending = Sending(self.wake, deliver)
        self._spoken = Spoken()
        self._host = socket.gethostname()

    def put(self, event: Item) -> None:
        """Note what an event gives to tell."""
        now = time.time()
        with self._lock:
            wanted = self._orders.wanted
            notices = self._translator.notices(event, wanted, now)
            is_news = notices != Notices()
            if is_news:
                self._unkept += notices
            is_end = isinstance(event, AttemptEnded) and "idle" in wanted
            if isinstance(event, AttemptEnded) and is_end:
                self._idleness.ended(now, failed=isinstance(event.outcome, Failed))
        if is_end or is_news:
            self.wake()

    def order(self, orders: Orders) -> None:
        """Replace what people want to be told, and where, when another pipeline begins."""
        with self._lock:
            self._orders = orders
            self._translator.begin_again()
        self.wake()

    def wake(self) -> None:
        """End a wait."""
        self._news.set()

    def wait(self, seconds: float | None) -> None:
        """Wait until there is something to do, for some seconds at most."""
        self._news.wait(seconds)
        self._news.clear()

    def step(self, now: float, *, sends: bool = True) -> float | None:
        """Keep what came, and begin to send what is due.

        Args:
            now: The time, in seconds since the epoch.
            sends: Whether a sending may begin.

        Returns:
            The seconds until the next step, if nothing comes before; None if it may wait for that.
        """
        try:
            left = self._work(now, sends=sends)
        except OSError as error:
            self._spoken.of_store(error.strerror or type(error).__name__)
            return _AGAIN_SECONDS
        self._spoken.of_store("")
        return left

    def flush(self, deadline: float) -> None:
        """Send what may be sent now, without waiting for more to come, and wait for its end.

        Args:
            deadline: The latest end, by `time.monotonic`.
        """
        self._sending.finish(deadline)
        now = time.time()
        with self._lock:
            self._idleness.look_now(now)
        self.step(now, sends=False)
        with contextlib.suppress(OSError):  # it was told of in that step
            standings = self._standings()
            self._begin(t for t, each in standings.items() if each.may_be_sent(now, self._every))
        self._sending.finish(deadline)

    def close(self, deadline: float) -> None:
        """Keep all that came, end a sending, and release the targets.

        Args:
            deadline: The time, by `time.monotonic`, until which a sending may end by itself.
        """
        self._sending.finish(deadline)
        self.step(time.time(), sends=False)
        with contextlib.suppress(OSError):
            self._store.release(self._orders.keys)
        self._store.close()

    @property
    def _every(self) -> float:
        return self._orders.every

    def _work(self, now: float, *, sends: bool) -> float | None:
        self._settle(now)
        self._adopt(now)
        self._look(now)
        unkept = self._keep(now, at_once=not sends)
        standings = self._standings()
        left = {target: each.left(now, self._every) for target, each in standings.items()}
        due = [target for target, seconds in left.items() if seconds == 0.0]
        if due and sends and not self._sending.is_underway:
            self._begin(due)
            due = []
        waits = [seconds for seconds in (*left.values(), self._idleness.left(now)) if seconds]
        if due or unkept:
            waits.append(_SOON_SECONDS)
        return min(waits, default=None)

    def _settle(self, now: float) -> None:
        """Note in the store how sendings went."""
        for target, fault in [(each.target, each.fault) for each in self._sending.results()]:
            self._store.change([target.key], functools.partial(_after, fault, now, self._every))
            self._sending.settled(1)
            if fault != BROKEN_OFF:
                self._spoken.of_target(target, fault)

    def _adopt(self, now: float) -> None:
        orders, before = self._orders, self._adopted
        if before is orders:
            return
        if before is not None:
            if before.targets != orders.targets:
                self._sending.finish(time.monotonic())
                self._settle(now)
            self._store.release(before.keys)
        adopted = self._store.adopt(orders.keys, now)
        if before is None:
            with self._lock:
                for standing in adopted:
                    self._translator.recall(standing.pauses)
        self._adopted = orders

    def _look(self, now: float) -> None:
        """See whether all that came is done."""
        left = self._idleness.left(now)
        if left is None or left > 0.0:
            return
        waiting = self._orders.waiting()
        with self._lock:
            done = self._idleness.look(now, waiting)
            if done is not None:
                self._unkept += Notices(done=done)

    def _keep(self, now: float, *, at_once: bool) -> bool:
        """Keep what came, and return whether something is still to be kept."""
        is_early = self._is_full and abs(now - self._kept_at) < _SOON_SECONDS and not at_once
        with self._lock:
            unkept = self._unkept
            if is_early or unkept == Notices():
                return unkept != Notices()
            self._unkept = Notices()
        try:
            kept = self._store.change(self._orders.keys, lambda each: each.told(unkept, now))
        except OSError:
            with self._lock:
                self._unkept = unkept + self._unkept
            raise
        self._kept_at = now
        self._is_full = all(each.waiting.is_only_counted for each in kept)
        return False

    def _standings(self) -> dict[Target, Standing]:
        there = self._store.standings()
        return {target: there.get(target.key, Standing()) for target in self._orders.targets}

    def _begin(self, due: Iterable[Target]) -> None:
        digests: dict[Target, Digest | None] = {}
        now = time.time()
        for target in due:
            (after,) = self._store.change([target.key], lambda each: each.taken(now))
            digests[target] = digest_of(after.outgoing, self._host)
        if digests:
            self._is_full = False
            self._sending.begin(digests)


def _after(fault: str, now: float, every: float, standing: Standing) -> Standing:
    if fault == BROKEN_OFF:
        return standing.released()
    return standing.refused(now, every) if fault else standing.delivered(now, every)
