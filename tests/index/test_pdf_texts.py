"""The texts of a folder whose images have searchable PDFs alone."""

from __future__ import annotations

import contextlib
import os
import threading
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.errors import TransientError
from ocr_watcher.events.model import AttemptEnded
from ocr_watcher.index import record
from ocr_watcher.index.pdf_texts import PdfTexts
from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.pages.sandbox.pool import SandboxPool
from ocr_watcher.sidecars.state import State
from ocr_watcher.values.outcome import Recognised
from tests.index.shelf import Shelf
from tests.index.test_upkeep import Kept
from tests.pages.sandbox.test_composing import TEXTS, tiff
from tests.proc import sandboxes_of
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def pdf() -> bytes:
    """A searchable PDF with the word ``one``."""
    with contextlib.closing(SandboxPool(1)) as sandboxes:
        return sandboxes.searchable(tiff(), TEXTS)


@pytest.fixture
def shelf(tmp_path: Path, folder: Path) -> Iterator[Shelf]:
    shelf = Shelf(folder, tmp_path / "state", formats=("pdf",))
    yield shelf
    shelf.index.close()


def test_an_image_is_found_by_the_words_in_its_pdf_and_no_process_is_left(
    shelf: Shelf, pdf: bytes
) -> None:
    for name in ("a.jpg", "b.jpg"):
        shelf.done(name, pdf, ".ocr.pdf")
    shelf.done("c.jpg", b"%PDF one", ".ocr.pdf")
    shelf.compare()
    assert sorted(shelf.found("one")) == ["a.jpg", "b.jpg"]
    assert shelf.entry("c.jpg").state is State.DONE
    assert not sandboxes_of(os.getpid())
    assert shelf.compare().changes == 0


def test_a_pdf_that_cannot_be_read_now_is_read_the_next_time(
    shelf: Shelf, pdf: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.done("a.jpg", pdf, ".ocr.pdf")

    def no_process(*_: object) -> str:
        raise TransientError("no-renderer", "no process can be started")

    with monkeypatch.context() as patched:
        patched.setattr(SandboxPool, "text", no_process)
        shelf.compare()
    assert shelf.found("one") == []
    shelf.compare()
    assert shelf.found("one") == ["a.jpg"]


def test_a_pdf_that_is_too_large_is_listed_without_a_text(
    shelf: Shelf, pdf: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "_MOST_BYTES", len(pdf) - 1)
    shelf.done("a.jpg", pdf, ".ocr.pdf")
    shelf.compare()
    assert shelf.found("one") == []
    assert shelf.entry("a.jpg").state is State.DONE


def test_a_sandbox_that_takes_long_is_no_folder_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    beats, enough = 0, threading.Event()

    def slow(*_: object) -> str:
        enough.wait()
        return "words"

    def beat() -> None:
        nonlocal beats
        beats += 1
        if beats > 2:
            enough.set()

    monkeypatch.setattr("ocr_watcher.index.pdf_texts._BEAT_SECONDS", 0.01)
    monkeypatch.setattr(SandboxPool, "text", slow)
    with contextlib.closing(PdfTexts()) as texts:
        assert texts.text_of(b"", beat) == "words"
    assert beats > 2


def test_the_error_of_the_reader_is_that_of_the_text_even_if_a_time_is_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def late(*_: object) -> str:
        raise TimeoutError("of the reader")

    monkeypatch.setattr(SandboxPool, "text", late)
    with (
        contextlib.closing(PdfTexts()) as texts,
        pytest.raises(TimeoutError, match="of the reader"),
    ):
        texts.text_of(b"", lambda: None)


@pytest.mark.parametrize("event", [None, "an attempt ended"])
def test_the_upkeep_ends_in_time_while_a_pdf_is_read(
    shelf: Shelf, pdf: bytes, monkeypatch: pytest.MonkeyPatch, event: str | None
) -> None:
    reading, enough = threading.Event(), threading.Event()

    def slow(*_: object) -> str:
        reading.set()
        enough.wait()
        return "words"

    monkeypatch.setattr("ocr_watcher.index.pdf_texts._BEAT_SECONDS", 0.01)
    monkeypatch.setattr(SandboxPool, "text", slow)
    with Ledger(shelf.state) as ledger:
        kept = Kept(shelf, ledger)
        if event:
            kept.upkeep.start()
            eventually(lambda: kept.upkeep._compared)
            shelf.done("a.jpg", pdf, ".ocr.pdf")
            kept.bus.publish(AttemptEnded(kept.image("a.jpg"), Recognised(1, 1)))
        else:
            shelf.done("a.jpg", pdf, ".ocr.pdf")
            kept.upkeep.start()
        try:
            assert reading.wait(20)
            assert kept.upkeep.stop()
        finally:
            enough.set()
