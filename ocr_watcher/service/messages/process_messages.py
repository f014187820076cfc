"""The messages for the life of a process, over all sets of settings."""

from __future__ import annotations

import logging
import os
import threading
import time
from typing import TYPE_CHECKING, Self, TypeVar

from ocr_watcher.errors import SettingsError
from ocr_watcher.settings.notify import urls_of
from ocr_watcher.threads.expendable import ExpendableThread

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ocr_watcher.events.bus import EventBus
    from ocr_watcher.service.messages.messenger import Messenger
    from ocr_watcher.settings.model import Settings

_log = logging.getLogger(__name__)

_END_SECONDS = 2.0
"""The seconds for a message that is being sent when the program ends."""
_STEP_SECONDS = 3600.0
"""The longest time between two steps, in seconds, as the wall clock may be set."""
_AFTER_FAULT_SECONDS = 30.0
_T = TypeVar("_T")


class ProcessMessages:
    """The messages of a daemon, over all of its pipelines.

    While the settings turn them off, nothing is imported, no file is created and no thread runs.
    """

    def __init__(self) -> None:
        """Begin with messages that are off."""
        self._messenger: Messenger | None = None
        self._state_dir: Path | None = None
        self._thread: ExpendableThread | None = None
        self._ending = threading.Event()
        self._faults = _Faults()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Keep the notices, and end the thread."""
        self._end()

    def attach(self, settings: Settings, waiting: Callable[[], int], bus: EventBus) -> None:
        """Listen to the events of a pipeline that is not started yet, if messages are on.

        Args:
            settings: The settings of the pipeline.
            waiting: A function that returns the number of images that wait.
            bus: The bus of its events.
        """
        try:
            urls = urls_of(settings.notify, os.environ)
        except SettingsError as error:  # the addresses could be read when the settings were
            _log.error("no messages are sent, and the work goes on: %s", error)
            urls = ()
        if not urls:
            self._end()
            return
        # Imported only if messages are on.
        from ocr_watcher.service.messages.listeners import listen  # noqa: PLC0415
        from ocr_watcher.service.messages.subscription import Subscription  # noqa: PLC0415
        from ocr_watcher.service.messages.target import targets_of  # noqa: PLC0415

        notify = settings.notify
        messenger = self._begun(settings.state_dir)
        messenger.subscribe(
            Subscription(targets_of(urls), frozenset(notify.on), notify.every_seconds, waiting)
        )
        listen(bus, messenger.put)
        if self._thread is None:
            self._ending = threading.Event()
            arguments = (messenger, self._ending, self._faults)
            self._thread = ExpendableThread(_run, name="messages", args=arguments)
            self._thread.start()

    def _begun(self, state_dir: Path) -> Messenger:
        """Return the messenger that keeps its notices in a directory."""
        from ocr_watcher.service.messages.messenger import Messenger  # noqa: PLC0415
        from ocr_watcher.service.messages.store import Store  # noqa: PLC0415

        if self._messenger is None or self._state_dir != state_dir:
            self._end()
            self._state_dir = state_dir
            self._messenger = Messenger(Store(state_dir))
        return self._messenger

    def flush(self, within: float) -> None:
        """Send the notices that may be sent now, for a program that ends.

        Args:
            within: The longest time, in seconds.
        """
        messenger = self._messenger
        if messenger is None:
            return
        if self._end_thread():
            self._faults.guard(lambda: messenger.flush(time.monotonic() + within))

    def _end(self) -> None:
        has_ended = self._end_thread()
        messenger, self._messenger, self._state_dir = self._messenger, None, None
        self._thread = None  # also one that is left behind
        if messenger is None:
            return
        if has_ended:
            # On a thread of its own: the disk of the state directory may hang.
            deadline = time.monotonic() + _END_SECONDS
            closing = ExpendableThread(
                self._faults.guard, name="messages", args=(lambda: messenger.close(deadline),)
            )
            closing.start()
            closing.join(2 * _END_SECONDS)
            has_ended = not closing.is_alive()
        if not has_ended:
            _log.warning("messages did not end in time; what came last may be lost")

    def _end_thread(self) -> bool:
        """End the thread; return whether it ended, so that others may use its parts."""
        thread = self._thread
        if thread is None or self._messenger is None:
            return True
        self._ending.set()
        self._messenger.wake()
        thread.join(_END_SECONDS)
        if thread.is_alive():
            return False
        self._thread = None
        return True


class _Faults:
    """Faults of the program, of which each class is logged once."""

    def __init__(self) -> None:
        self._logged: set[type[Exception]] = set()

    def guard(self, call: Callable[[], _T]) -> _T | None:
        """Return the result of a function; if it fails, log the fault and return None."""
        try:
            return call()
        except Exception as error:
            if type(error) not in self._logged:
                self._logged.add(type(error))
                _log.exception("a fault of this program in messages, and the work goes on")
            return None


def _run(messenger: Messenger, ending: threading.Event, faults: _Faults) -> None:
    while not ending.is_set():
        left = faults.guard(lambda: _step(messenger))
        messenger.wait(_AFTER_FAULT_SECONDS if left is None else left)


def _step(messenger: Messenger) -> float:
    left = messenger.step(time.time())
    return _STEP_SECONDS if left is None else min(left, _STEP_SECONDS)
