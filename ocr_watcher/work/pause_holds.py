"""The folders whose images wait for the end of a pause of their endpoint."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from ocr_watcher.engine.circuit_breaker import Turn
from ocr_watcher.work.lanes import Hold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ocr_watcher.engine.endpoint_breakers import EndpointBreakers
    from ocr_watcher.work.queue import JobQueue

_log = logging.getLogger(__name__)

_LOOK_SECONDS = 5.0
"""The seconds between two comparisons of both clocks during a pause. If the wall clock was set, the
pause ends."""

_HOLDS = {Turn.PAUSED: Hold.PAUSED, Turn.PROBED: Hold.PROBED}


class PauseHolds:
    """Keeps the images of an endpoint in the queue while no calls of it are made.

    A worker that took one would have to wait while there are images of other endpoints. When the
    pause is over, one image is handed out as the probe. The others follow when the probe shows that
    calls can be made.
    """

    def __init__(
        self,
        queue: JobQueue,
        breakers: EndpointBreakers,
        roots: Mapping[str, Sequence[str]],
        look_seconds: float = _LOOK_SECONDS,
    ) -> None:
        """Create it; nothing is started.

        Args:
            queue: The queue that holds the images.
            breakers: The circuit breakers that stop the calls.
            roots: The folders whose images each endpoint reads.
            look_seconds: The interval at which both clocks are compared during a pause.
        """
        self._queue = queue
        self._breakers = breakers
        self._roots = roots
        self._look_seconds = look_seconds
        self._changed = threading.Condition()
        self._holds: dict[str, Hold | None] = {}
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="pauses", daemon=True)
        breakers.on_turn(self.look_at)

    def start(self) -> None:
        """Start the thread that notices the end of pauses."""
        self._thread.start()

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join()

    def look_at(self, endpoint: str) -> None:
        """Hold or release the folders of an endpoint, by the present state of its breaker."""
        with self._changed:  # the lock keeps looks and their effects in one order
            hold = _HOLDS.get(self._breakers.turn_at(endpoint))
            if hold is self._holds.get(endpoint):
                return
            self._holds[endpoint] = hold
            self._changed.notify_all()
            for root in self._roots.get(endpoint, ()):
                if hold is None:
                    self._queue.release(root, Hold.PAUSED, Hold.PROBED)
                else:
                    self._queue.hold(root, hold)

    def _run(self) -> None:
        with self._changed:
            while not self._closed:
                self._changed.wait(self._until_next_look())
                for endpoint in self._roots:
                    self._look_safely_at(endpoint)

    def _until_next_look(self) -> float | None:
        """Return the seconds until a pause may be over; None without a pause."""
        paused = [endpoint for endpoint, hold in self._holds.items() if hold is Hold.PAUSED]
        ends = map(self._breakers.seconds_left_at, paused)
        return min((self._look_seconds, *ends)) if paused else None

    def _look_safely_at(self, endpoint: str) -> None:
        try:
            self.look_at(endpoint)
        except Exception:
            _log.exception("a fault of this program")
