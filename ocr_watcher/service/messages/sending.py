"""Sendings on a separate thread, one at a time."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr_watcher.service.messages.delivery import BROKEN_OFF, Delivery
from ocr_watcher.threads.expendable import ExpendableThread

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ocr_watcher.service.messages.digest import Digest
    from ocr_watcher.service.messages.memory_store import MemoryStore
    from ocr_watcher.service.messages.outbox import Outbox
    from ocr_watcher.service.messages.store import Store
    from ocr_watcher.service.messages.target import Target

_log = logging.getLogger(__name__)

_END_SECONDS = 1.0
"""The seconds for the end of the thread after its process was killed."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to send, until the result is noted in the store that gave it.

    Attributes:
        store: The store that gave it.
        token: Its token there.
    """

    store: Store | MemoryStore
    token: str


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a sending to one target.

    Attributes:
        lease: The right to send.
        target: The target.
        fault: Why the target did not accept the message; empty if it did.
    """

    lease: Lease
    target: Target
    fault: str

    def noted(self, outbox: Outbox, now: float) -> Outbox:
        """Return the outbox of the target after the sending."""
        token = self.lease.token
        if self.fault == BROKEN_OFF:
            return outbox.released(token)
        return outbox.refused(token, now) if self.fault else outbox.delivered(token, now)


class Sending:
    """The sending that is under way, and the results that are not noted yet."""

    def __init__(
        self, on_result: Callable[[], object], deliver: Callable[[], Delivery] = Delivery
    ) -> None:
        """Begin without a sending.

        Args:
            on_result: Called on another thread when there is a result.
            deliver: A function that returns a new delivery.
        """
        self._on_result = on_result
        self._deliver = deliver
        self._lock = threading.Lock()
        self._results: list[Result] = []
        self._delivery: Delivery | None = None
        self._thread: ExpendableThread | None = None

    @property
    def is_underway(self) -> bool:
        """Whether a sending is under way."""
        return self._thread is not None and self._thread.is_alive()

    def begin(self, lease: Lease, digests: Mapping[Target, Digest]) -> None:
        """Begin to send; nothing may be under way."""
        self._delivery = self._deliver()
        arguments = (self._delivery, lease, digests)
        self._thread = ExpendableThread(self._send, name="message", args=arguments)
        self._thread.start()

    def results(self, store: Store | MemoryStore) -> list[Result]:
        """Return the results of the sendings from a store."""
        with self._lock:
            return [each for each in self._results if each.lease.store is store]

    def settled(self, result: Result) -> None:
        """Forget a result after it was noted."""
        with self._lock:
            self._results.remove(result)

    def finish(self, deadline: float, fault: str = BROKEN_OFF) -> None:
        """Wait for the end of the sending, and stop it if it does not end in time.

        Args:
            deadline: A time of `time.monotonic`.
            fault: The fault of the targets that did not answer by then.
        """
        if self._thread is None or self._delivery is None:
            return
        self._thread.join(max(0.0, deadline - time.monotonic()))
        if self._thread.is_alive():
            self._delivery.break_off(fault)
            self._thread.join(_END_SECONDS)

    def _send(self, delivery: Delivery, lease: Lease, digests: Mapping[Target, Digest]) -> None:
        left = dict.fromkeys(digests)

        def told(target: Target, fault: str) -> None:
            left.pop(target, None)
            with self._lock:
                self._results.append(Result(lease, target, fault))
            self._on_result()

        try:
            delivery.send(digests, told)
        except Exception:
            _log.exception("a fault of this program")
        for target in tuple(left):
            told(target, "a fault of this program")
