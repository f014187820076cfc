"""Pages decoded in processes of their own, so that a hostile picture harms nothing else.

The decoders are C, and pictures are dropped by anybody: one that crashes, hangs or swells ends the
process that decodes it, and fails that image. None of the pools at hand does it. In
``concurrent.futures`` one crash breaks the whole pool, and a task that hangs cannot be ended;
``multiprocessing.Pool`` waits for ever for the answer of a process that was killed. loky repairs
the first, pebble the second as well, but a task of theirs has one answer, where a file is opened
once and asked for page after page. All of them speak pickle, which is obeyed by who reads it, and
fork or import in the child what the daemon holds. What is left of a pool after that is a list.
"""

from __future__ import annotations

import contextlib
import os
import threading
from typing import TYPE_CHECKING

from ocr_watcher.errors import EngineError, Stopped
from ocr_watcher.pages.passthrough import untouched
from ocr_watcher.pages.sandbox import wire
from ocr_watcher.pages.sandbox.client import RendererLink
from ocr_watcher.pages.sandbox.session import Document
from ocr_watcher.pages.sandbox.wire import Message
from ocr_watcher.threads.heartbeat import Heartbeats

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from ocr_watcher.pages.model import FittedPage, Piece
    from ocr_watcher.values.page import Limits

_PAGE_SECONDS = 60.0
"""Of opening, decoding and fitting a page. The largest that is decoded takes a tenth of it."""


class SandboxPool:
    """Up to so many processes that render pages, each one page at a time, for any threads.

    Between two pages of a document its worker waits for a call, which may take long, and holds no
    process: whoever else needs one takes it. So few processes serve any number of workers, and a
    pause of the service in the middle of books keeps nobody waiting. The process keeps the file
    open, though, and is the last to be taken by others; only where it was, the file is opened
    anew at the next page. That costs a copy of it over a socket, and no page is rendered again:
    a third of a second at page 300 of a book of 120 MB.
    """

    def __init__(
        self,
        processes: int | None = None,
        page_seconds: float = _PAGE_SECONDS,
        heartbeats: Heartbeats | None = None,
    ) -> None:
        """Start nothing: in a folder of plain pictures no process is ever needed.

        Args:
            processes: How many there may be; by default as many as there are processors to use.
            page_seconds: How long a page may take.
            heartbeats: Of the threads, which rest while they wait here.
        """
        self._most = processes or len(os.sched_getaffinity(0))
        self._page_seconds = page_seconds
        self._heartbeats = heartbeats or Heartbeats()
        self._changed = threading.Condition()
        self._all: set[RendererLink] = set()
        self._idle: list[RendererLink] = []  # the one that has been so for longest first
        self._closed = False

    def open(self, data: bytes, limits: Limits) -> Generator[FittedPage]:
        """Open a file, page by page; each is rendered when it is asked for.

        Args:
            data: The whole file. Where the engine takes it as it is, it is not decoded.
            limits: What the engine takes.

        Yields:
            The pages, in order.

        Raises:
            ImageError: The page that was asked for cannot be had.
            TransientError: No process could be started.
            Stopped: The renderers were closed.
        """
        page = untouched(data, limits)
        if page is not None:
            yield page
            return
        document = Document(data, limits)
        try:
            while document.has_more:
                yield self._next_page(document)
        finally:
            self._let_go(document)

    def shrink(self, piece: Piece, limits: Limits) -> Piece:
        """Render a piece clearly smaller, for an engine that found it too large.

        Raises:
            ImageError: ``too-large``: a still smaller rendering could not be read; or it cannot be
                decoded.
            TransientError: No process could be started.
            Stopped: The renderers were closed.
        """
        facts = {
            "ask": "shrink",
            "limits": wire.limits_told(limits),
            "pieces": wire.pieces_told([piece]),
        }
        with self._renderer(None) as renderer:
            # It may hold a document, of another worker even, and lets go of it in a fault.
            held, renderer.document = renderer.document, None
            request = Message(facts, piece.page.data)
            smaller = renderer.ask(request, wire.piece_from, self._page_seconds)
            renderer.document = held
        return smaller

    def close(self) -> None:
        """End the processes; whoever waits for a page, now or later, meets `Stopped`."""
        with self._changed:
            self._closed = True
            for renderer in self._all:
                renderer.kill()
            idle, self._idle = self._idle, []
            self._all.difference_update(idle)
            self._changed.notify_all()
        for renderer in idle:
            renderer.end()

    def _next_page(self, document: Document) -> FittedPage:
        with self._renderer(document) as renderer:
            goes_on = renderer.document is document
            renderer.document = None
            request = document.asking_on() if goes_on else document.opening()
            answer = renderer.ask(request, wire.page_from, self._page_seconds)
            renderer.document = document if answer.held else None
        document.read += 1
        document.has_more = answer.more
        return answer.page

    @contextlib.contextmanager
    def _renderer(self, document: Document | None) -> Iterator[RendererLink]:
        with self._heartbeats.resting():
            renderer = self._take(document)
            try:
                yield renderer
            except EngineError:
                if self._closed:  # it was ended by us
                    raise Stopped from None
                raise
            finally:
                self._give_back(renderer)

    def _take(self, document: Document | None) -> RendererLink:
        with self._changed:
            self._changed.wait_for(
                lambda: self._closed or self._idle or len(self._all) < self._most
            )
            self._bury_the_dead()
            if self._closed:
                raise Stopped
            renderer = self._best_for(document)
            if renderer is None:
                renderer = RendererLink()
                self._all.add(renderer)
            else:
                self._idle.remove(renderer)
            return renderer

    def _best_for(self, document: Document | None) -> RendererLink | None:
        """Choose the one that holds the document, one that holds none, a new one, any, in turn."""
        for wanted in (document, None):
            for renderer in self._idle:
                if renderer.document is wanted:
                    return renderer
        return None if len(self._all) < self._most else self._idle[0]

    def _give_back(self, renderer: RendererLink) -> None:
        with self._changed:
            # While it shrank a page of another file, its own may have been given up.
            held = renderer.document
            useful = renderer.lives and not self._closed and (held is None or held.wanted)
            if useful:
                self._idle.append(renderer)
            else:
                self._all.discard(renderer)
            self._changed.notify_all()  # the first to wake may fail to start one
        if not useful:
            renderer.end()

    def _bury_the_dead(self) -> None:
        """Forget whom the kernel chose when memory ran out: no picture is to blame for that."""
        for renderer in [renderer for renderer in self._idle if not renderer.lives]:
            self._idle.remove(renderer)
            self._all.remove(renderer)
            renderer.end()

    def _let_go(self, document: Document) -> None:
        """End the process that holds a document half read: rare, and nothing is left of it."""
        with self._changed:
            document.wanted = False
            held = [renderer for renderer in self._idle if renderer.document is document]
            self._idle = [renderer for renderer in self._idle if renderer not in held]
        for renderer in held:
            self._give_back(renderer)
