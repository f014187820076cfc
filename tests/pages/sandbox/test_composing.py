"""A searchable PDF is made in a sandbox, and what harms the sandbox harms nothing else."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import threading
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from ocr_watcher.errors import DoubtfulImageError, ImageError, Stopped
from ocr_watcher.pages.sandbox.composing import composing, composition_from
from ocr_watcher.pages.sandbox.pool import SandboxPool
from ocr_watcher.pages.searchable.compose import searchable
from ocr_watcher.values.page_text import PageText, PlacedWord
from tests.engine.fake import LIMITS
from tests.proc import sandboxes_of
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

QUAD = ((10.0, 10.0), (90.0, 10.0), (90.0, 30.5), (10.0, 30.5))
TEXTS = [
    PageText(1, 300, 200, ((PlacedWord("one", QUAD, spaced=True), PlacedWord("\ud800", QUAD)),)),
    PageText(2, 300, 200, ()),
]


def tiff(pages: int = 2) -> bytes:
    first, *others = [Image.new("L", (300, 200), 40 * number) for number in range(1, pages + 1)]
    stream = io.BytesIO()
    first.save(stream, "TIFF", save_all=True, append_images=others)
    return stream.getvalue()


def many() -> list[PageText]:
    return [PageText(number, 300, 200, ()) for number in range(1, 61)]


@pytest.fixture
def pool() -> Iterator[SandboxPool]:
    with contextlib.closing(SandboxPool(1)) as pool:
        yield pool


def the_process() -> int:
    (pid,) = sandboxes_of(os.getpid())
    return pid


def test_a_request_arrives_as_it_was_made() -> None:
    shown = PageText(3, 300, 200, ((PlacedWord("shown already", QUAD),),), shown=True)
    texts = [*TEXTS, shown]
    assert composition_from(composing(b"data", texts, anew=False)) == (b"data", texts)


def test_it_is_what_it_were_in_this_process(pool: SandboxPool) -> None:
    assert pool.searchable(tiff(), TEXTS) == searchable(tiff(), TEXTS)


def test_the_file_of_another_thread_is_kept_meanwhile(pool: SandboxPool) -> None:
    pages = pool.open(tiff(3), LIMITS)
    assert next(pages).number == 1
    pid = the_process()
    pool.searchable(tiff(), TEXTS)
    assert [page.number for page in pages] == [2, 3]
    assert the_process() == pid


def test_why_there_is_none_is_told(pool: SandboxPool) -> None:
    with pytest.raises(ImageError, match="no searchable PDF can be made of it") as raised:
        pool.searchable(b"\x89PNG\r\n\x1a\n no more", TEXTS)
    assert raised.value.code == "cut-off"


def test_a_fault_of_the_program_is_one_of_the_image_at_last(pool: SandboxPool) -> None:
    with pytest.raises(DoubtfulImageError, match="a fault of this program") as raised:
        pool.searchable(tiff(2), TEXTS[:1])  # fewer texts than pages
    assert raised.value.code == "internal"


class _Outcome(threading.Thread):
    """What becomes of a PDF in the background."""

    def __init__(self, pool: SandboxPool) -> None:
        super().__init__()
        self._pool = pool
        self.made: bytes | ImageError | None = None
        self.start()

    def run(self) -> None:
        try:
            self.made = self._pool.searchable(tiff(), TEXTS)
        except ImageError as error:
            self.made = error


def stopped(pool: SandboxPool) -> int:
    list(pool.open(tiff(), LIMITS))
    os.kill(the_process(), signal.SIGSTOP)
    return the_process()


def test_one_whose_sandbox_is_killed_is_drawn_anew(pool: SandboxPool) -> None:
    pid = stopped(pool)
    outcome = _Outcome(pool)
    eventually(lambda: not pool._lending.has_idle)
    os.kill(pid, signal.SIGKILL)
    outcome.join(30)
    assert outcome.made == searchable(tiff(), TEXTS, anew=True)


def test_one_that_is_too_slow_twice_fails_and_says_which_format() -> None:
    with (
        contextlib.closing(SandboxPool(1, page_seconds=0.0)) as pool,
        pytest.raises(ImageError, match="no searchable PDF can be made of it: a page") as raised,
    ):
        pool.searchable(tiff(), TEXTS)
    assert raised.value.code == "too-slow"


def test_it_is_made_also_when_no_pages_are_decoded_any_more(pool: SandboxPool) -> None:
    pages = pool.open(tiff(), LIMITS)
    next(pages)
    pool.stop_pages()
    assert pool.searchable(tiff(), TEXTS) == searchable(tiff(), TEXTS)
    with pytest.raises(Stopped):
        next(pages)


def test_one_that_is_being_made_is_finished_when_no_pages_are_decoded_any_more(
    pool: SandboxPool,
) -> None:
    made: list[bytes] = []
    thread = threading.Thread(target=lambda: made.append(pool.searchable(tiff(60), many())))
    thread.start()
    eventually(lambda: pool._lending.is_composing)
    pool.stop_pages()
    thread.join()
    assert [pdf[:5] for pdf in made] == [b"%PDF-"]
