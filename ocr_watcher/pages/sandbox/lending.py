"""Lends sandbox processes to threads, starts as many as are needed, and ends them.

No pool of a library does this. In ``concurrent.futures`` one crash breaks the whole pool, and a
task that hangs cannot be ended. ``multiprocessing.Pool`` waits for ever for the result of a process
that was killed. loky solves the first problem and pebble both, but their tasks have one result
each. Here, a file is opened once and its pages are requested one after the other. All of these
pools send pickles, which can run code when they are read, and start the child with the memory of
the daemon.
"""

from __future__ import annotations

import contextlib
import os
import threading
from typing import TYPE_CHECKING

from ocr_watcher.errors import EngineError, Stopped
from ocr_watcher.pages.sandbox.client import SandboxClient
from ocr_watcher.threads.heartbeat import Heartbeats

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr_watcher.pages.sandbox.session import Session


class Lending:
    """A bounded set of processes, each of which one thread uses at a time.

    A process that holds a file which a thread reads page by page is lent to other threads only when
    no other process is free.
    """

    def __init__(self, processes: int | None = None, heartbeats: Heartbeats | None = None) -> None:
        """Create it; a process is started when the first one is needed.

        Args:
            processes: The greatest number of processes; by default that of usable processors.
            heartbeats: The heartbeats of the threads, which rest while they wait for a process, and
                while they use it.
        """
        self._most = processes or len(os.sched_getaffinity(0))
        self._heartbeats = heartbeats or Heartbeats()
        self._changed = threading.Condition()
        self._all: set[SandboxClient] = set()
        self._idle: list[SandboxClient] = []  # the one that has been idle for longest comes first
        self._composing: set[SandboxClient] = set()
        self._stopped = False
        self._closed = False

    @property
    def has_idle(self) -> bool:
        """Whether a process is there that no thread uses."""
        return bool(self._idle)

    @property
    def is_composing(self) -> bool:
        """Whether a process makes a searchable PDF."""
        return bool(self._composing)

    @contextlib.contextmanager
    def lent(
        self, session: Session | None = None, *, composes: bool = False
    ) -> Iterator[SandboxClient]:
        """Wait for a process, and use it alone until the context ends.

        Args:
            session: The file of which a page is read; a process that holds it is preferred.
            composes: Whether a searchable PDF is made, which goes on after `stop_pages`.

        Raises:
            TransientError: No process could be started.
            Stopped: No such process is lent any more, or it was ended meanwhile.
        """
        with self._heartbeats.resting():
            sandbox = self._take(session, composes=composes)
            try:
                yield sandbox
            except EngineError:
                if self._is_over(composes=composes):  # it was ended from here
                    raise Stopped from None
                raise
            finally:
                self._give_back(sandbox)

    def drop(self, session: Session) -> None:
        """End the process that holds a file whose remaining pages will not be requested."""
        with self._changed:
            session.wanted = False
            held = [sandbox for sandbox in self._idle if sandbox.session is session]
            self._idle = [sandbox for sandbox in self._idle if sandbox not in held]
        for sandbox in held:
            self._give_back(sandbox)

    def stop_pages(self) -> None:
        """End the processes that decode pages; only those that make a PDF go on."""
        with self._changed:
            self._stopped = True
            for sandbox in self._all - self._composing:
                sandbox.kill()
            self._changed.notify_all()

    def close(self) -> None:
        """End all processes; none is lent from now on."""
        with self._changed:
            self._closed = True
            for sandbox in self._all:
                sandbox.kill()
            idle, self._idle = self._idle, []
            self._all.difference_update(idle)
            self._changed.notify_all()
        for sandbox in idle:
            sandbox.end()

    def _is_over(self, *, composes: bool) -> bool:
        return self._closed or (self._stopped and not composes)

    def _take(self, session: Session | None, *, composes: bool) -> SandboxClient:
        with self._changed:
            self._changed.wait_for(
                lambda: (
                    self._is_over(composes=composes) or self._idle or len(self._all) < self._most
                )
            )
            self._forget_killed()
            if self._is_over(composes=composes):
                raise Stopped
            sandbox = self._best_for(session)
            if sandbox is None:
                sandbox = SandboxClient()
                self._all.add(sandbox)
            else:
                self._idle.remove(sandbox)
            if composes:
                self._composing.add(sandbox)
            return sandbox

    def _best_for(self, session: Session | None) -> SandboxClient | None:
        """Return the process that holds the session, or one without a file, or any other.

        Returns:
            An idle process; None if a new one must be started.
        """
        for wanted in (session, None):
            for sandbox in self._idle:
                if sandbox.session is wanted:
                    return sandbox
        return None if len(self._all) < self._most else self._idle[0]

    def _give_back(self, sandbox: SandboxClient) -> None:
        with self._changed:
            self._composing.discard(sandbox)
            # While the process shrank a page of another file, its own file may have been closed.
            held = sandbox.session
            useful = sandbox.lives and not self._closed and (held is None or held.wanted)
            if useful:
                self._idle.append(sandbox)
            else:
                self._all.discard(sandbox)
            self._changed.notify_all()  # the first thread to wake may fail to start a process
        if not useful:
            sandbox.end()

    def _forget_killed(self) -> None:
        """Remove idle processes that the kernel killed, so that no image fails."""
        for sandbox in [sandbox for sandbox in self._idle if not sandbox.lives]:
            self._idle.remove(sandbox)
            self._all.remove(sandbox)
            sandbox.end()
