"""The pool of sandbox processes that decode pages.

The decoders are written in C, and anybody may drop a picture. A picture that crashes a decoder,
makes it hang or takes too much memory ends the process that decodes it, and fails that image alone.

No pool of a library does this. In ``concurrent.futures`` one crash breaks the whole pool, and a
task that hangs cannot be ended. ``multiprocessing.Pool`` waits for ever for the result of a process
that was killed. loky mends the first and pebble both, but one task of theirs has one result, while
a file here is opened once and asked for page after page. All of them send pickles, which run code
where they are read, and start the child with what the daemon holds in memory.
"""

from __future__ import annotations

import contextlib
import os
import threading
from typing import TYPE_CHECKING

from ocr_watcher.errors import EngineError, Stopped
from ocr_watcher.pages.passthrough import passthrough
from ocr_watcher.pages.sandbox import wire
from ocr_watcher.pages.sandbox.client import SandboxClient
from ocr_watcher.pages.sandbox.session import Session
from ocr_watcher.pages.sandbox.wire import Message
from ocr_watcher.threads.heartbeat import Heartbeats

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from ocr_watcher.pages.model import FittedPage, Piece
    from ocr_watcher.values.page import Limits

_PAGE_SECONDS = 60.0
"""Of opening, decoding and fitting a page. The largest that is decoded takes a tenth of it."""


class SandboxPool:
    """A bounded number of processes, each of which decodes one page at a time for any thread.

    Between two pages of a file the worker thread waits for a call, which may take long, and holds
    no process: another thread may take it. So a few processes serve any number of worker threads,
    and a pause in the middle of long documents blocks nobody. The process keeps the file open and
    is the last that another thread takes. Where one did, the file is opened again at the next
    page: it is sent once more, but no page is decoded twice (0.3 s at page 300 of 120 MB).
    """

    def __init__(
        self,
        processes: int | None = None,
        page_seconds: float = _PAGE_SECONDS,
        heartbeats: Heartbeats | None = None,
    ) -> None:
        """Create an empty pool; a process is started when the first picture has to be decoded.

        Args:
            processes: How many there may be; by default as many as there are processors to use.
            page_seconds: How long a page may take.
            heartbeats: Of the threads, which rest while they wait here.
        """
        self._most = processes or len(os.sched_getaffinity(0))
        self._page_seconds = page_seconds
        self._heartbeats = heartbeats or Heartbeats()
        self._changed = threading.Condition()
        self._all: set[SandboxClient] = set()
        self._idle: list[SandboxClient] = []  # the one that has been so for longest first
        self._closed = False

    def open(self, data: bytes, limits: Limits) -> Generator[FittedPage]:
        """Open a file, page by page; each is decoded when it is asked for.

        Args:
            data: The whole file. Where the engine takes it as it is, it is not decoded.
            limits: What the engine takes.

        Yields:
            The pages, in order.

        Raises:
            ImageError: The page that was asked for cannot be had.
            TransientError: No process could be started.
            Stopped: The pool was closed.
        """
        page = passthrough(data, limits)
        if page is not None:
            yield page
            return
        session = Session(data, limits)
        try:
            while session.has_more:
                yield self._next_page(session)
        finally:
            self._let_go(session)

    def shrink(self, piece: Piece, limits: Limits) -> Piece:
        """Make a piece clearly smaller, for an engine that found it too large.

        Raises:
            ImageError: ``too-large``: a still smaller picture could not be read; or it cannot be
                decoded.
            TransientError: No process could be started.
            Stopped: The pool was closed.
        """
        facts = {
            "ask": "shrink",
            "limits": wire.limits_told(limits),
            "pieces": wire.pieces_told([piece]),
        }
        with self._sandbox_for(None) as sandbox:
            # It may hold the file of another thread, and closes it after a fault.
            held, sandbox.session = sandbox.session, None
            request = Message(facts, piece.page.data)
            smaller = sandbox.ask(request, wire.piece_from, self._page_seconds)
            sandbox.session = held
        return smaller

    def close(self) -> None:
        """End the processes; who waits for a page, now or later, gets `Stopped`."""
        with self._changed:
            self._closed = True
            for sandbox in self._all:
                sandbox.kill()
            idle, self._idle = self._idle, []
            self._all.difference_update(idle)
            self._changed.notify_all()
        for sandbox in idle:
            sandbox.end()

    def _next_page(self, session: Session) -> FittedPage:
        with self._sandbox_for(session) as sandbox:
            goes_on = sandbox.session is session
            sandbox.session = None
            request = session.asking_on() if goes_on else session.opening()
            answer = sandbox.ask(request, wire.page_from, self._page_seconds)
            sandbox.session = session if answer.held else None
        session.read += 1
        session.has_more = answer.more
        return answer.page

    @contextlib.contextmanager
    def _sandbox_for(self, session: Session | None) -> Iterator[SandboxClient]:
        with self._heartbeats.resting():
            sandbox = self._take(session)
            try:
                yield sandbox
            except EngineError:
                if self._closed:  # this pool ended it
                    raise Stopped from None
                raise
            finally:
                self._give_back(sandbox)

    def _take(self, session: Session | None) -> SandboxClient:
        with self._changed:
            self._changed.wait_for(
                lambda: self._closed or self._idle or len(self._all) < self._most
            )
            self._forget_killed()
            if self._closed:
                raise Stopped
            sandbox = self._best_for(session)
            if sandbox is None:
                sandbox = SandboxClient()
                self._all.add(sandbox)
            else:
                self._idle.remove(sandbox)
            return sandbox

    def _best_for(self, session: Session | None) -> SandboxClient | None:
        """Choose the process that holds the session, else one without, else a new one, else any."""
        for wanted in (session, None):
            for sandbox in self._idle:
                if sandbox.session is wanted:
                    return sandbox
        return None if len(self._all) < self._most else self._idle[0]

    def _give_back(self, sandbox: SandboxClient) -> None:
        with self._changed:
            # While it shrank a page of another file, its own file may have been given up.
            held = sandbox.session
            useful = sandbox.lives and not self._closed and (held is None or held.wanted)
            if useful:
                self._idle.append(sandbox)
            else:
                self._all.discard(sandbox)
            self._changed.notify_all()  # the first to wake may fail to start one
        if not useful:
            sandbox.end()

    def _forget_killed(self) -> None:
        """Forget processes that the kernel killed when memory ran out: no picture is at fault."""
        for sandbox in [sandbox for sandbox in self._idle if not sandbox.lives]:
            self._idle.remove(sandbox)
            self._all.remove(sandbox)
            sandbox.end()

    def _let_go(self, session: Session) -> None:
        """End the process that holds a file of which no more pages are wanted."""
        with self._changed:
            session.wanted = False
            held = [sandbox for sandbox in self._idle if sandbox.session is session]
            self._idle = [sandbox for sandbox in self._idle if sandbox not in held]
        for sandbox in held:
            self._give_back(sandbox)
