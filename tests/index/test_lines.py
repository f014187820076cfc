from __future__ import annotations

import time

import pytest

from ocr_watcher.index.folding import MOST_CHARACTERS, folded
from ocr_watcher.index.lines import LONGEST_LINE, line_of

CPU_SECONDS = 10.0
"""What only work that grows with the square of a text's length takes."""


def line(text: str, *words: str) -> tuple[int, str]:
    return line_of(text, folded(text), words)


def test_of_lines_with_as_many_words_the_first_is_shown() -> None:
    assert line("one\nOne two\ntwo one\n", "one", "two") == (1, "One two")


def test_a_page_without_a_line_end_ends_its_line() -> None:
    assert line("one\ftwo\fThree", "three") == (3, "Three")


def test_a_line_keeps_its_letters_also_where_folding_makes_it_longer() -> None:
    assert line("ﬃ\nStraße ﬃ", "strasse") == (1, "Straße ﬃ")


def test_the_end_of_a_long_line_is_shown_where_the_word_is() -> None:
    _, shown = line("x" * 1000 + " needle", "needle")
    assert shown.endswith(" needle")
    assert len(shown) == LONGEST_LINE


@pytest.mark.parametrize(
    "text",
    ["a" * MOST_CHARACTERS, "a " * (MOST_CHARACTERS // 2), "a\n" * (MOST_CHARACTERS // 2)],
    ids=["one word", "one line", "many lines"],
)
def test_no_text_takes_long(text: str) -> None:
    began = time.process_time()
    page, shown = line(text, *"a" * 16)
    assert page == 1
    assert len(shown) <= LONGEST_LINE
    assert time.process_time() - began < CPU_SECONDS
