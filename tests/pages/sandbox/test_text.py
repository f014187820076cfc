"""The text of a PDF is read in a sandbox, and what it answers is checked."""

from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING

import pikepdf
import pytest

from ocr_watcher.errors import ImageError
from ocr_watcher.pages.sandbox import wire
from ocr_watcher.pages.sandbox.pool import SandboxPool
from ocr_watcher.processes.wire import Message
from ocr_watcher.values.geometry import Rectangle
from ocr_watcher.values.page_text import PageText, PlacedWord
from tests.pages.sandbox.test_composing import TEXTS, tiff

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 1000


@pytest.fixture(scope="module")
def sandboxes() -> Iterator[SandboxPool]:
    with contextlib.closing(SandboxPool(1)) as sandboxes:
        yield sandboxes


@pytest.fixture(scope="module")
def pdf(sandboxes: SandboxPool) -> bytes:
    """A PDF of two pages; the first has an invisible word."""
    return sandboxes.searchable(tiff(), TEXTS)


def test_the_words_of_the_layer_are_read_page_by_page(sandboxes: SandboxPool, pdf: bytes) -> None:
    first, second = sandboxes.text(pdf, MOST).split("\f")
    assert first.split()[0] == "one"
    assert second.strip() == ""


def test_a_word_that_is_parted_at_the_end_of_a_row_stays_parted(sandboxes: SandboxPool) -> None:
    rows = (("the", 10, 10), ("har-", 60, 10)), (("bour", 10, 40), ("master", 80, 40))
    lines = tuple(
        tuple(
            PlacedWord(word, Rectangle(x, y, 10 * len(word), 20).corners, spaced=word == row[0][0])
            for word, x, y in row
        )
        for row in rows
    )
    pdf = sandboxes.searchable(tiff(pages=1), [PageText(1, 300, 200, lines)])
    assert sandboxes.text(pdf, MOST).split() == ["the", "har-", "bour", "master"]


def test_no_more_is_read_than_is_wanted(sandboxes: SandboxPool, pdf: bytes) -> None:
    assert sandboxes.text(pdf, 2) == "on"


def test_what_is_no_pdf_or_needs_a_password_has_no_text(sandboxes: SandboxPool, pdf: bytes) -> None:
    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(locked, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    for content in (locked.getvalue(), b"", b"%PDF words", pdf[: len(pdf) // 4]):
        with pytest.raises(ImageError):
            sandboxes.text(content, MOST)
    assert "one" in sandboxes.text(pdf, MOST)


@pytest.mark.parametrize("body", [b"x" * (MOST + 1), b"\xff\xfe"])
def test_an_answer_that_no_text_has_is_nonsense(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  whichever says so
        wire.text_from(Message({}, body), MOST)
