import time
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_watcher.index.folding import (
    LONGEST_WORD,
    MOST_CHARACTERS,
    MOST_WORDS,
    folded,
    short_grams,
    storable,
    trigrams,
    words_of,
)

CPU_SECONDS = 20.0
"""What only work that grows with the square of a text's length takes."""


@pytest.mark.parametrize(
    ("text", "like"),
    [
        ("Invoice", "INVOICE"),
        ("ﬁne", "FINE"),
        ("\uff11\uff12\uff13", "123"),
        ("Straße", "STRASSE"),
        ("café", "cafe\u0301"),
        ("ｱｲｳ", "アイウ"),
    ],
)
def test_case_width_and_composition_make_no_difference(text, like):
    assert folded(text) == folded(like)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_the_lines_and_pages_stay_where_they_are(text):
    text = storable(text)
    for mark in "\n\f":
        assert folded(text).count(mark) == text.count(mark)


@given(st.text())
def test_any_text_can_be_stored_and_is_one_already_then(text):
    stored = storable(text)
    stored.encode()
    assert storable(stored) == stored
    assert not any(
        unicodedata.category(one) == "Cc"
        for one in stored
        if one not in "\n\f\x0b" and ord(one) < 0x80
    )


@pytest.mark.parametrize(
    "text",
    [
        "a" + "\u0301\u0316" * (MOST_CHARACTERS // 2),
        "\ufdfa" * MOST_CHARACTERS,
        "a\u0316" * (MOST_CHARACTERS // 2),
        "\U0001d160" * MOST_CHARACTERS,
    ],
    ids=["marks", "long decompositions", "letters with marks", "notes"],
)
def test_no_text_takes_long_or_becomes_long(text):
    began = time.process_time()
    result = folded(storable(text))
    assert len(result) <= MOST_CHARACTERS
    assert len(short_grams(result)) < MOST_CHARACTERS
    assert time.process_time() - began < CPU_SECONDS


def test_words_are_bounded_in_number_and_length():
    words = words_of(["x" * 10_000, *(f"word{number}" for number in range(100))])
    assert len(words) == MOST_WORDS
    assert max(map(len, words)) == LONGEST_WORD


def test_words_are_parted_by_white_space_of_any_width_and_said_once():
    assert words_of(["Rye  bread", "rye\u3000苹果", " "]) == ("rye", "bread", "苹果")


@given(st.text("ab \n", min_size=1))
def test_short_grams_are_the_characters_and_pairs_within_words(text):
    grams = set(short_grams(text).split())
    pairs = {one + other for one, other in pairwise(text)}
    assert grams == {gram for gram in {*text, *pairs} if not set(gram) & set(" \n")}


@given(st.text("abcdefgh", min_size=3, max_size=100))
def test_the_trigrams_of_a_word_are_few_and_all_in_it(word):
    grams = trigrams(word)
    assert 1 <= len(grams) <= 8
    assert all(len(gram) == 3 and gram in word for gram in grams)
    assert word.startswith(grams[0])
    assert word.endswith(grams[-1])
