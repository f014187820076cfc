"""What the rest of the program asks of sandbox processes: pages, and PDFs that can be searched.

The decoders are written in C, and anybody may drop a picture. A picture that crashes a decoder,
makes it hang or takes too much memory ends the process that decodes it, and only that image fails.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from ocr_watcher.errors import DoubtfulImageError, ImageError
from ocr_watcher.pages.passthrough import passthrough
from ocr_watcher.pages.sandbox import wire
from ocr_watcher.pages.sandbox.composing import composing
from ocr_watcher.pages.sandbox.lending import Lending
from ocr_watcher.pages.sandbox.session import Session
from ocr_watcher.processes.errors import ProcessFault
from ocr_watcher.processes.wire import Message

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from ocr_watcher.pages.sandbox.client import SandboxClient
    from ocr_watcher.pages.types import FittedPage, Piece
    from ocr_watcher.threads.heartbeat import Heartbeats
    from ocr_watcher.values.geometry import Rectangle
    from ocr_watcher.values.page import Limits, PdfText
    from ocr_watcher.values.page_text import PageText


_PAGE_SECONDS = 60.0
"""The seconds for opening, decoding and fitting a page. The largest page that is decoded takes a
tenth of that."""

_PAGES_OF_A_PDF = 12
"""The number of pages of a searchable PDF that together get the time of one page, as they are
rarely encoded."""
_MOST_PAGE_TIMES = 15
"""The longest time for a searchable PDF, as a multiple of the time of a page."""

_NO_PDF = "no searchable PDF can be made of it"


class SandboxPool:
    """A bounded set of processes that decode pages for any number of threads.

    Between two pages of a file a worker thread waits for a call, which may take long. Meanwhile it
    holds no process, so a few processes serve any number of worker threads, and a pause in the
    middle of long documents blocks no other thread. The process keeps the file open, and other
    threads take it only when no other process is free. If one does, the file is sent again and
    opened at its next page; no page is decoded twice (this takes 0.3 s at page 300 of 120 MB).
    """

    def __init__(
        self,
        processes: int | None = None,
        page_seconds: float = _PAGE_SECONDS,
        heartbeats: Heartbeats | None = None,
        pdf_text: PdfText = "auto",
    ) -> None:
        """Create an empty pool; a process is started when the first picture has to be decoded.

        Args:
            processes: The greatest number of processes; by default that of usable processors.
            page_seconds: The longest time for one page.
            heartbeats: The heartbeats of the threads, which rest while they wait for a process.
            pdf_text: The setting ``pdf.text``.
        """
        self._lending = Lending(processes, heartbeats)
        self._page_seconds = page_seconds
        self._pdf_text = pdf_text

    def open(self, data: bytes, limits: Limits, skip: int = 0) -> Generator[FittedPage]:
        """Open a file and yield its pages; each page is decoded when it is requested.

        Args:
            data: The whole file. It is not decoded if the engine accepts it as it is.
            limits: The limits of the engine.
            skip: The number of pages that are skipped without being decoded; fewer than the file
                has.

        Yields:
            The pages, in order.

        Raises:
            ImageError: The requested page cannot be decoded or does not fit.
            TransientError: No process could be started.
            Stopped: The pool was closed.
        """
        page = passthrough(data, limits) if not skip else None
        if page is not None:
            yield page
            return
        session = Session(data, limits, self._pdf_text, skip)
        try:
            while session.has_more:
                yield self._next_page(session)
        finally:
            self._lending.drop(session)

    def shrink(self, piece: Piece, limits: Limits) -> Piece:
        """Make a piece clearly smaller, for an engine that refused it as too large.

        Raises:
            ImageError: ``too-large``: a smaller picture would not be legible; or the piece cannot
                be decoded.
            TransientError: No process could be started.
            Stopped: The pool was closed.
        """
        facts = {
            "ask": "shrink",
            "limits": wire.limits_facts(limits),
            "pieces": wire.pieces_facts([piece]),
        }
        message = Message(facts, piece.page.data)
        with self._aside() as sandbox:
            return sandbox.ask(message, wire.piece_from, self._page_seconds)

    def shown(self, data: bytes, number: int, part: Rectangle | None = None) -> FittedPage:
        """Return a page, or a part of it, as a picture for people.

        It is always decoded and encoded anew. No page before it is decoded.

        Args:
            data: The whole file.
            number: The number of the page, from 1.
            part: The part, in pixels of the page as the file stores it; None for all of the page.

        Returns:
            The page, with one piece.

        Raises:
            ImageError: The page cannot be decoded or does not exist, or there is nothing at that
                place.
            TransientError: No process could be started.
            Stopped: The pool was closed.
        """
        facts = {"ask": "show", "skip": number - 1, "part": part}
        with self._aside() as sandbox:
            return sandbox.ask(Message(facts, data), wire.page_for_people_from, self._page_seconds)

    def text(self, data: bytes, most_characters: int) -> str:
        """Return the text of a PDF, with a form feed between two pages.

        The text of an invisible layer is part of it.

        Args:
            data: The whole file.
            most_characters: The most that is wanted of its text.

        Raises:
            ImageError: It is no PDF that can be read, or reading it takes too long.
            TransientError: No process could be started.
            Stopped: The pool was closed.
        """
        request = Message({"ask": "text", "most": most_characters}, data)
        with self._aside() as sandbox:
            return sandbox.ask(
                request, lambda answer: wire.text_from(answer, most_characters), self._page_seconds
            )

    def searchable(self, data: bytes, texts: Sequence[PageText]) -> bytes:
        """Make a searchable PDF from a file.

        If the pages cannot be kept as they are, or if the attempt to do so ends the process, they
        are drawn again.

        Args:
            data: The whole file.
            texts: The texts of its pages, one for each.

        Raises:
            ImageError: No searchable PDF can be made from the file.
            TransientError: No process could be started.
            Stopped: The pool was closed.
        """
        with contextlib.suppress(ImageError, ProcessFault):
            return self._composed(data, texts, anew=False)
        try:
            return self._composed(data, texts, anew=True)
        except ImageError as error:
            told = f"{_NO_PDF}: {error}"
            raise type(error)(error.code, told, advice=error.advice) from None
        except ProcessFault as fault:
            told = f"{_NO_PDF}: a fault of this program ({fault})"
            raise DoubtfulImageError("internal", told, advice="report it") from None

    def stop_pages(self) -> None:
        """Decode no more pages: all methods except `searchable` raise `Stopped` from now on."""
        self._lending.stop_pages()

    def close(self) -> None:
        """End the processes; all other methods raise `Stopped` from now on."""
        self._lending.close()

    def _next_page(self, session: Session) -> FittedPage:
        with self._lending.lent(session) as sandbox:
            goes_on = sandbox.session is session
            sandbox.session = None
            request = session.next_request() if goes_on else session.first_request()
            answer = sandbox.ask(request, wire.page_from, self._page_seconds)
            sandbox.session = session if answer.held else None
        session.pages_read += 1
        session.has_more = answer.more
        return answer.page

    def _composed(self, data: bytes, texts: Sequence[PageText], *, anew: bool) -> bytes:
        request = composing(data, texts, anew=anew)
        times = min(1 + len(texts) / _PAGES_OF_A_PDF, _MOST_PAGE_TIMES)
        with self._aside(composes=True) as sandbox:
            return sandbox.ask(request, lambda answer: answer.body, self._page_seconds * times)

    @contextlib.contextmanager
    def _aside(self, *, composes: bool = False) -> Iterator[SandboxClient]:
        """Yield any process, which may hold the file of another thread; it keeps that file."""
        with self._lending.lent(composes=composes) as sandbox:
            held, sandbox.session = sandbox.session, None  # after a fault it has closed the file
            yield sandbox
            sandbox.session = held
