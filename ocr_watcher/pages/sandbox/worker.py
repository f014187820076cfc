"""The sandbox process: it decodes pictures, and a hostile picture can harm nothing else.

Started by the daemon as ``python -m ocr_watcher.pages.sandbox.worker``. It reads no
file but those of its own program, writes none but its rank before the kernel where memory runs out,
knows no key, and speaks with nobody but the daemon.
"""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import os
import resource
import socket
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from ocr_watcher.errors import DoubtfulImageError, ImageError, TransientError
from ocr_watcher.pages.fit import fit_page, shrink
from ocr_watcher.pages.sandbox import wire
from ocr_watcher.pages.sandbox.wire import Message
from ocr_watcher.pages.source import open_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr_watcher.pages.model import Piece, SourcePage
    from ocr_watcher.values.page import Limits

_MOST_MEMORY = 3 * 2**30
"""Bytes of addresses. What decoding takes is reckoned before; this bounds what nobody reckoned
with, as what a PDF draws, and is twice what the largest page comes to."""

_LIMITS = {
    resource.RLIMIT_AS: _MOST_MEMORY,
    resource.RLIMIT_CORE: 0,  # the picture, and perhaps others before it, would lie in it
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_NOFILE: 64,
}


def main() -> None:
    """Decode what is asked for until the daemon is gone."""
    channel, lifeline = map(int, sys.argv[1:])
    _end_with(lifeline)
    _confine()
    with socket.socket(fileno=channel) as connection:
        serve(connection)


def serve(channel: socket.socket) -> None:
    """Say that it is ready, then answer requests until the other end is gone."""
    sandbox = SandboxWorker()
    with contextlib.suppress(EOFError, ConnectionError):
        wire.send(channel, Message({}))
        while True:
            wire.send(channel, sandbox.answer(wire.receive(channel)))


class SandboxWorker:
    """Renders pages, and holds the file that it is in the middle of."""

    def __init__(self) -> None:
        """Hold no file."""
        self._sources: Iterator[SourcePage] = iter(())

    def answer(self, request: Message) -> Message:
        """Answer a request, whatever happens.

        Args:
            request: ``open``, with a file and how many of its pages are to be passed over;
                ``next``, for a page of the file that is held; or ``shrink``, with a piece.

        Returns:
            A page, whether the file has ``more``, and whether it is ``held``; or a piece; or why
            there is none, after which no file is held.
        """
        try:
            return self._answer(request)
        except ImageError as error:
            told = wire.error_told(error)
        except (MemoryError, TransientError):
            # Only the bound above, or a machine that promises no memory it does not have, says
            # so; all others kill. Which of the two it is a few tries tell.
            told = wire.error_told(_TOO_LARGE)
        except Exception as error:
            # Its text may be the picture's; where it was raised is the program's.
            place = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{Path(place.filename).name}:{place.lineno} in {place.name}"
            told = wire.fault_told(f"{type(error).__name__} at {where}")
        self._let_go()
        return Message({"error": told})

    def _answer(self, request: Message) -> Message:
        facts = request.facts
        limits = wire.limits_from(facts["limits"])
        if facts["ask"] == "shrink":
            return _shrunk(wire.pieces_from(facts["pieces"], request.body)[0], limits)
        if facts["ask"] == "open":
            self._sources = itertools.islice(open_source(request.body), facts["skip"], None)
        return self._next_page(limits)

    def _next_page(self, limits: Limits) -> Message:
        source = next(self._sources, None)
        if source is None:
            raise LookupError
        page = fit_page(source, limits)
        more, held = self._look_ahead()
        facts = {"page": wire.page_told(page), "more": more, "held": held}
        return Message(facts, wire.body_of(page.pieces))

    def _look_ahead(self) -> tuple[bool, bool]:
        """Return whether there are more pages, and whether the file is held for them.

        So whoever has read the last page need not ask again: the daemon may be stopping by then,
        and what was read must not be lost for a page that does not exist.
        """
        try:
            following = next(self._sources, None)
        except Exception:
            # Not of this page: it comes again, and is told, when the file is opened at that one.
            self._let_go()
            return True, False
        if following is None:
            self._let_go()
            return False, False
        self._sources = itertools.chain([following], self._sources)
        return True, True

    def _let_go(self) -> None:
        self._sources = iter(())


def _shrunk(piece: Piece, limits: Limits) -> Message:
    pieces = [shrink(piece, limits)]
    return Message({"pieces": wire.pieces_told(pieces)}, wire.body_of(pieces))


_TOO_LARGE = DoubtfulImageError(
    "too-large-to-decode",
    f"decoding the picture takes more memory than there is, or than {_MOST_MEMORY // 2**30} GB",
    advice="Scan at a lower resolution, or with less colour.",
)


def _end_with(lifeline: int) -> None:
    """End this process with the daemon, however either of them is then occupied.

    The end of the connection shows only when it is read from, which a decoder may keep us from
    for a minute. So nothing is ever written to the lifeline, and the kernel signals when its other
    end is closed, be it by a kill: SIGIO, which ends a process (fcntl(2), signal(7)).
    PR_SET_PDEATHSIG would not do: it means the thread that started us, and workers come and go.
    """
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, fcntl.F_SETFL, os.O_ASYNC)


def _confine() -> None:
    """Give up what decoding does not need, and offer itself where memory runs out (proc(5))."""
    with contextlib.suppress(OSError):  # where a container forbids it, the kernel chooses
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")
    for which, most in _LIMITS.items():
        _, hard = resource.getrlimit(which)
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (bound, bound))


if __name__ == "__main__":
    main()
