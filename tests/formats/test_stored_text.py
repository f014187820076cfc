"""Each format that has a text gives it back, and any bytes give some text."""

from __future__ import annotations

import io
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_watcher.formats.registry import FORMATS
from tests.document.paper import drawn
from tests.formats.placed import document

READABLE = [one for one in FORMATS if one.text_in is not None]

CPU_SECONDS = 20.0
"""What only work that grows with the square of a file's length takes."""


def text_in(name: str, content: bytes) -> str:
    read = FORMATS.named(name).text_in
    assert read is not None
    return "".join(read(io.BytesIO(content)))


def words_in(name: str, content: bytes) -> list[list[str]]:
    """The words of each page."""
    return [page.split() for page in text_in(name, content).split("\f")]


@pytest.mark.parametrize("one", READABLE, ids=lambda one: one.name)
def test_the_words_of_all_pages_come_back(one):
    pages = [drawn('Rye & <bread>  *4.20*\n\nOther "line" a_b'), drawn("Page 2\n\nEnd")]
    numbered = [replace(page, number=number) for number, page in enumerate(pages, 1)]
    rendered = one.render(document(*numbered))
    found = words_in(one.name, rendered)
    assert [sorted(page) for page in found] == [
        sorted(["Rye", "&", "<bread>", "*4.20*", "Other", '"line"', "a_b"]),
        sorted(["Page", "2", "End"]),
    ]


@pytest.mark.parametrize("one", READABLE, ids=lambda one: one.name)
@given(
    content=st.binary(max_size=500)
    | st.text('<>"&/\\{}:words,page\n \f', max_size=200).map(str.encode)
)
def test_any_bytes_give_some_text(one, content):
    assert isinstance("".join(one.text_in(io.BytesIO(content))), str)


@pytest.mark.parametrize("one", READABLE, ids=lambda one: one.name)
@pytest.mark.parametrize(
    "content",
    [
        b'"words":"' * 100_000,
        b'"words"    :   ' * 60_000,
        b'"words":"' + b"\\" * 800_000,
        b"<" * 800_000,
        b"<String CONTENT=" * 50_000,
        b"<a class='ocr_line'" * 50_000,
        b"&amp" * 200_000,
        b"\\" * 800_000,
        b"|-" * 400_000,
        b"\n" * 800_000,
        b" " * 800_000,
    ],
    ids=range(11),
)
def test_no_file_takes_time_with_the_square_of_its_length(one, content):
    began = time.process_time()
    for _ in one.text_in(io.BytesIO(content)):
        pass
    assert time.process_time() - began < CPU_SECONDS


def test_an_item_between_two_buffers_is_whole():
    items = ", ".join(f'{{"words": "line {number:06}", "page": 1}}' for number in range(30_000))
    lines = text_in("json", f'{{"words_result": [{items}]}}'.encode()).splitlines()
    assert lines == [f"line {number:06}" for number in range(30_000)]


def test_a_text_with_a_mark_of_the_byte_order_begins_with_its_first_word():
    assert text_in("txt", "\ufeffRye".encode()) == "Rye"
