"""The bus that passes each event on to the listeners of its class."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Self, TypeVar

from ocr_watcher.events.background import MOST_EVENTS, BackgroundListener
from ocr_watcher.logs.fields import fields

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.events.model import Event

    Listener = Callable[[Any], object]

_log = logging.getLogger(__name__)

CLOSE_SECONDS = 2.0
"""The longest time for listeners in the background to handle the last events."""

_Event = TypeVar("_Event", bound="Event")


class EventBus:
    """A bus that calls the listeners of an event on the thread that publishes it.

    A listener must therefore be quick, as those of this program are: they count, or put the event
    into a queue. One that waits for a network or another program listens through `in_background`::

        webhook = bus.in_background(send, name="webhook")
        bus.listen(AttemptEnded, webhook)
        bus.listen(PauseChanged, webhook)

    An exception of a listener is only logged, once for each class of exception.
    """

    def __init__(self) -> None:
        """Create a bus without listeners."""
        self._lock = threading.Lock()
        self._listeners: defaultdict[type, tuple[Listener, ...]] = defaultdict(tuple)
        self._background: list[BackgroundListener] = []
        self._faults: set[tuple[int, str, type[Exception]]] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Close the bus; threads that do not end in time are left behind."""
        self.close(CLOSE_SECONDS)

    def listen(self, kind: type[_Event], listener: Callable[[_Event], object]) -> None:
        """Add a listener for the events of a class, after the listeners added before."""
        with self._lock:
            self._listeners[kind] += (listener,)

    def in_background(
        self, listener: Callable[[Any], object], *, name: str, most: int = MOST_EVENTS
    ) -> BackgroundListener:
        """Return a listener that calls another one on a thread of its own, event by event.

        Args:
            listener: The other listener, which may be slow, and may hang.
            name: Its name in the log.
            most: The largest number of events that wait for it; further ones are dropped.
        """
        background = BackgroundListener(self._guarded(listener, name), name=name, most=most)
        with self._lock:
            self._background.append(background)
        return background

    def publish(self, event: Event) -> None:
        """Call the listeners of an event; their exceptions are logged."""
        for listener in self._listeners.get(type(event), ()):
            try:
                listener(event)
            except Exception as error:
                self._tell(error, listener, _name_of(listener))

    def close(self, within: float) -> bool:
        """End the threads of the listeners in the background, after the events that wait.

        Args:
            within: The seconds after which a listener is left behind.

        Returns:
            Whether all of them ended in time.
        """
        deadline = time.monotonic() + within
        for background in self._background:
            background.close()
        # All are joined, so that each one that is late is logged.
        ended = [background.join(deadline) for background in self._background]
        return all(ended)

    def _guarded(self, listener: Listener, name: str) -> Listener:
        def call(event: Event) -> None:
            try:
                listener(event)
            except Exception as error:
                self._tell(error, listener, name)

        return call

    def _tell(self, error: Exception, listener: Listener, name: str) -> None:
        with self._lock:
            fault = (id(listener), name, type(error))
            if fault in self._faults:
                return
            self._faults.add(fault)
        _log.error(
            "a listener failed, and the work goes on: %s",
            _shown(error),
            exc_info=error,
            extra=fields(listener=name),
        )


def _name_of(listener: Listener) -> str:
    return getattr(listener, "__qualname__", type(listener).__name__)


def _shown(error: Exception) -> str:
    """Return class and message of an exception, also where its own `__str__` fails."""
    return traceback.format_exception_only(error)[-1].strip()
