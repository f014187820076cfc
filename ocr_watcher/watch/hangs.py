"""Folders that do not answer: a share whose server is gone blocks each thread that uses it."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Protocol

from ocr_watcher.logs.fields import fields

if TYPE_CHECKING:
    from ocr_watcher.threads.heartbeat import Heartbeats, Step

_log = logging.getLogger(__name__)

HANG_SECONDS = 10.0
"""The longest time that one step in a folder may wait for its file system. A busy local disk
answers within a second or two. A slower one loses nothing: its folder is left alone until it
answers."""


class HangListener(Protocol):
    """A part of the program that goes on without the folders that do not answer."""

    def thread_is_stuck(self, thread: int) -> None:
        """A thread waits for a folder that does not answer, and may wait for ever."""
        ...

    def hang_began(self, root: str) -> None:
        """A folder does not answer."""
        ...

    def hang_ended(self, root: str) -> None:
        """The folder answers again: every step that waited for it has ended."""
        ...


class Hangs:
    """The search for folders that do not answer, by the steps that wait for them.

    A system call on a share whose server is gone returns when the server does, and nothing else
    ends it (nfs(5), "hard"). A folder therefore answers again when the steps that waited for it
    have ended; no further test is needed.
    """

    def __init__(
        self, heartbeats: Heartbeats, listener: HangListener, seconds: float = HANG_SECONDS
    ) -> None:
        """Create the search; its thread is not started.

        Args:
            heartbeats: The heartbeats of all threads, with the folder that each waits for.
            listener: The listener, which is called on the thread of this object.
            seconds: The longest time that one step may wait.
        """
        self._heartbeats = heartbeats
        self._listener = listener
        self._seconds = seconds
        self._changed = threading.Condition()
        self._stuck: dict[int, Step] = {}
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="hangs", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def roots(self) -> frozenset[str]:
        """The folders that do not answer now."""
        with self._changed:
            return frozenset(step.root for step in self._stuck.values())

    def wait_for_change(self, seconds: float) -> None:
        """Wait until a folder stops answering or answers again, for at most so many seconds."""
        with self._changed:
            self._changed.wait(seconds)

    def look(self) -> None:
        """Check every step once, and report changes to the listener."""
        now = self._heartbeats.stuck(self._seconds)
        before = self._stuck
        roots_before = {step.root for step in before.values()}
        roots_now = {step.root for step in now.values()}
        for root in roots_now - roots_before:
            self._report_begin(root, now)
        for thread, step in now.items():
            if before.get(thread) != step:
                self._listener.thread_is_stuck(thread)
        with self._changed:
            self._stuck = now
            self._changed.notify_all()
        for root in roots_before - roots_now:
            _log.info("the folder answers again", extra=fields(folder=root))
            self._listener.hang_ended(root)

    def _report_begin(self, root: str, steps: dict[int, Step]) -> None:
        what = next(step.what for step in steps.values() if step.root == root)
        _log.warning(
            "the folder does not answer and is left alone until it does",
            extra=fields(
                folder=root,
                waiting_for=what,
                seconds=self._seconds,
                advice="see whether its server and the network are up, or unmount it",
            ),
        )
        self._listener.hang_began(root)

    def _run(self) -> None:
        while not self._closed:
            with self._changed:
                self._changed.wait(self._seconds / 5)
            if not self._closed:
                self._look_safely()

    def _look_safely(self) -> None:
        try:
            self.look()
        except Exception:
            _log.exception("a fault of this program")
