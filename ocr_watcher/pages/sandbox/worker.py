"""The sandbox process, which decodes pictures, so that a hostile picture can harm nothing else.

The daemon starts it as ``python -m ocr_watcher.pages.sandbox.worker``. It reads only the files of
its own program. It writes only its OOM score, with which it offers itself to the kernel when memory
runs out. It has no key, and its only connection is the one to the daemon.
"""

from __future__ import annotations

import contextlib
import itertools
import resource
from typing import TYPE_CHECKING

from ocr_watcher.errors import DoubtfulImageError, ImageError, TransientError
from ocr_watcher.pages.decoding.pdf_words import text_of_pdf
from ocr_watcher.pages.fit import prepared, shrink
from ocr_watcher.pages.sandbox import wire
from ocr_watcher.pages.sandbox.composing import composition_from
from ocr_watcher.pages.searchable.compose import searchable
from ocr_watcher.pages.showing import page_for_people
from ocr_watcher.pages.source import open_source
from ocr_watcher.processes.errors import fault_told
from ocr_watcher.processes.inside import confine, connected
from ocr_watcher.processes.wire import MOST_BYTES, Message, receive, send

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

    from ocr_watcher.pages.types import Piece, SourcePage
    from ocr_watcher.values.page import Limits, PdfText

_MOST_MEMORY = 3 * 2**30
"""The most bytes of address space. The memory for decoding is calculated before. This limit is for
memory that cannot be calculated, such as for drawing a PDF. It is twice the memory for the largest
page."""

_LIMITS = {
    resource.RLIMIT_AS: _MOST_MEMORY,
    resource.RLIMIT_CORE: 0,  # a core dump would contain the picture, and perhaps earlier ones
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_NOFILE: 64,
}


_OOM_SCORE = 1000
"""The OOM score with which the kernel kills this process first when memory runs out."""


def main() -> None:
    """Answer the requests of the daemon until it is gone."""
    (connection,) = connected()
    confine(_LIMITS, oom_score_adj=_OOM_SCORE, compiles=False)
    with connection:
        serve(connection)


def serve(channel: socket.socket) -> None:
    """Report that the process is ready, then answer requests until the other end is gone."""
    sandbox = SandboxWorker()
    with contextlib.suppress(EOFError, ConnectionError):
        send(channel, Message({}))
        while True:
            send(channel, sandbox.answer(receive(channel)))


class SandboxWorker:
    """The decoder of pages; it keeps a file open until its last page is decoded."""

    def __init__(self) -> None:
        """Begin without a file."""
        self._sources: Iterator[SourcePage] = iter(())

    def answer(self, request: Message) -> Message:
        """Answer a request, also with an error.

        Args:
            request: ``open``, with a file and the number of its pages to skip; ``next``, for
                the next page of the file that is held; ``shrink``, with a piece; ``compose``,
                with a file and the text of its pages; ``show``, with a file, the number of its
                pages to skip, and the part that is wanted of the page; or ``text``, with a PDF and
                the most characters that are wanted of its text.

        Returns:
            A page, whether the file has ``more``, and whether it is ``held``; or a piece; or a
            searchable PDF; or a page for people; or a text; or an error, after which no file is
            held.
        """
        try:
            return self._answer(request)
        except ImageError as error:
            told = wire.ERRORS.told(error)
        except (MemoryError, TransientError):
            # This is either the limit above, or a machine that does not overcommit memory; any
            # other machine kills the process. A few more tries show which of the two it is.
            told = wire.ERRORS.told(_TOO_LARGE)
        except Exception as error:
            told = fault_told(error)
        self._close_file()
        return Message({"error": told})

    def _answer(self, request: Message) -> Message:
        facts = request.facts
        if facts["ask"] == "compose":
            return _composed(request)
        if facts["ask"] == "show":
            return _shown(request)
        if facts["ask"] == "text":
            return Message({}, wire.text_body(text_of_pdf(request.body, facts["most"])))
        limits = wire.limits_from(facts["limits"])
        if facts["ask"] == "shrink":
            return _shrunk(wire.pieces_from(facts["pieces"], request.body)[0], limits)
        if facts["ask"] == "open":
            self._sources = itertools.islice(open_source(request.body), facts["skip"], None)
        return self._next_page(limits, facts["pdf_text"])

    def _next_page(self, limits: Limits, pdf_text: PdfText) -> Message:
        source = next(self._sources, None)
        if source is None:
            raise LookupError
        page = prepared(source, limits, pdf_text)
        more, held = self._look_ahead()
        facts = {"page": wire.page_facts(page), "more": more, "held": held}
        return Message(facts, wire.body_of(page.pieces))

    def _look_ahead(self) -> tuple[bool, bool]:
        """Return whether there are more pages, and whether the file is held for them.

        The daemon therefore sends no request after the last page. It may be stopping by then, and
        must not lose the readings because of a page that does not exist.
        """
        try:
            following = next(self._sources, None)
        except Exception:
            # The error belongs to the next page: it is raised again when that one is asked for.
            self._close_file()
            return True, False
        if following is None:
            self._close_file()
            return False, False
        self._sources = itertools.chain([following], self._sources)
        return True, True

    def _close_file(self) -> None:
        self._sources = iter(())


def _shrunk(piece: Piece, limits: Limits) -> Message:
    pieces = [shrink(piece, limits)]
    return Message({"pieces": wire.pieces_facts(pieces)}, wire.body_of(pieces))


def _composed(request: Message) -> Message:
    data, texts = composition_from(request)
    content = searchable(data, texts, anew=request.facts["anew"])
    if len(content) >= MOST_BYTES:
        raise ImageError(
            "too-large",
            f"it would have {len(content)} bytes",
            advice="scan at a lower resolution, or split the file",
        )
    return Message({}, content)


def _shown(request: Message) -> Message:
    sources = itertools.islice(open_source(request.body), request.facts["skip"], None)
    source = next(sources, None)
    if source is None:
        raise ImageError("no-such-page", "the file has no page of that number")
    page = page_for_people(source, wire.part_from(request.facts["part"]))
    return Message({"page": wire.page_facts(page)}, wire.body_of(page.pieces))


_TOO_LARGE = DoubtfulImageError(
    "too-large-to-decode",
    f"decoding the picture takes more memory than there is, or than {_MOST_MEMORY // 2**30} GB",
    advice="scan at a lower resolution, or with less colour",
)


if __name__ == "__main__":
    main()
