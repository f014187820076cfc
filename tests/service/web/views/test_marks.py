"""The words that were searched for are marked in a line."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_watcher.service.web.views.marks import LONGEST_LINE, marked


def in_brackets(line: str, *words: str) -> str:
    parts = marked(line, words)
    return "".join(f"[{part.text}]" if part.is_marked else part.text for part in parts)


@pytest.mark.parametrize(
    ("line", "words", "shown"),
    [
        ("", ("a",), ""),
        ("nothing", ("b",), "nothing"),
        ("Rechnung 12", ("rechnung",), "[Rechnung] 12"),
        ("aaa", ("aa",), "[aa]a"),
        ("abc", ("ab", "bc"), "[abc]"),
        ("\uff32echnung", ("rechnung",), "[\uff32echnung]"),
        ("Straße", ("strasse",), "[Straße]"),
        ("cafe\u0301 x", ("café",), "[cafe\u0301] x"),
        ("ﬁnden", ("i",), "[ﬁ]nden"),
        ("发票号码", ("票号",), "发[票号]码"),
        ("a", ("",), "a"),
    ],
)
def test_a_word_is_marked_however_it_is_written(
    line: str, words: tuple[str, ...], shown: str
) -> None:
    assert in_brackets(line, *words) == shown


@given(st.text(max_size=500), st.lists(st.text(max_size=5), max_size=4))
def test_nothing_of_a_line_is_lost_or_changed(line: str, words: list[str]) -> None:
    assert "".join(part.text for part in marked(line, words)) == line[:LONGEST_LINE]


@pytest.mark.parametrize("line", ["\u0301" * 100_000, "\ufdfa" * 100_000, "a\u0301\u0327" * 50_000])
def test_a_line_made_to_take_long_does_not(line: str) -> None:
    began = time.process_time()
    marked(line, ["a" * 100, "\u0301", "a"] * 10)
    assert time.process_time() - began < 1
