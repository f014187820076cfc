# ruff: noqa: RUF001  Chinese has its own punctuation
from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ocr_watcher.engine.local.recognition.glyphs import Glyph
from ocr_watcher.engine.local.recognition.word_spaces import text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_DOUBT: Mapping[str, tuple[int, float]] = {}

USUAL = 4
"""The gap between two letters, in pixels of a line that is 48 high."""


def written(text: str, between: Mapping[str, tuple[int, float]] = NO_DOUBT) -> str:
    """Write a line as it was read, whose spaces are sure and as wide as a letter.

    Args:
        text: What was read.
        between: The width of the gap and the score of a space, by the pair of characters.
    """
    glyphs, gaps = [], []
    for at, character in enumerate(text):
        if character == " ":
            continue
        spaced = text[at - 1 : at] == " "
        pair = (text[at - 2 : at - 1] if spaced else text[at - 1 : at]) + character
        gap, space = between.get(pair, (16, 0.98) if spaced else (USUAL, 0.0))
        glyphs.append(Glyph(character, 4.0 * at, space=space, spaced=spaced))
        gaps.append(gap / 48)
    return text_of(glyphs, gaps[1:])


def test_a_line_without_doubt_stays_as_it_was_read():
    for line in ("Dear Ms Ellery,", "1,234.50", "6%", "复印纸 20", "ABC１２３", "a"):
        assert written(line) == line


@pytest.mark.parametrize(
    ("read", "gaps", "line"),
    [
        ("recipientofGardenia", {"to": (14, 0.19), "fG": (14, 0.48)}, "recipient of Gardenia"),
        ("GOODSSOLD", {"SS": (15, 0.15)}, "GOODS SOLD"),
        ("2018 11:40", {}, "2018 11:40"),
        ("15.00SR", {"0S": (18, 0.45)}, "15.00 SR"),
        ("Cashier:Mia", {":M": (14, 0.3)}, "Cashier: Mia"),
    ],
)
def test_a_space_that_lost_is_kept_where_the_paper_has_a_gap(read, gaps, line):
    assert written(read, gaps) == line


def test_a_gap_as_wide_as_a_digit_separates_digits_unless_a_space_has_no_chance():
    assert written("09/02/201811:40", {"81": (19, 0.0026)}) == "09/02/2018 11:40"
    assert written("09/02/201811:40", {"81": (19, 0.0)}) == "09/02/201811:40"
    assert written("09/02/201811:40", {"81": (30, 0.0)}) == "09/02/2018 11:40"


def test_a_wide_gap_separates_a_mark_but_no_point_and_no_comma():
    wide = {"E:": (18, 0.1), ":3": (22, 0.1), "7(": (20, 0.05), ")1": (24, 0.04)}
    assert written("DATE:30/04/2017(Sun)19:44", wide) == "DATE : 30/04/2017 (Sun) 19:44"
    assert written("(Sun)", {"(S": (20, 0.02), "n)": (10, 0.1)}) == "(Sun)"
    assert written("1,052.35", {"1,": (19, 0.1), "2.": (19, 0.1)}) == "1,052.35"


@pytest.mark.parametrize(
    ("read", "gaps"),
    [
        ("SELANGOR", {"AN": (10, 0.0)}),
        ("Adjustment", {"st": (9, 0.41)}),
        ("BAKERIES(KL)", {"KL": (8, 0.11)}),
        ("40150", {"01": (14, 0.11)}),
        ("1,234.50", {",2": (9, 0.1), ".5": (9, 0.1)}),
        ("09:11:17", {"11": (12, 0.0), ":1": (12, 0.05)}),
    ],
    ids=["a gap alone", "a score alone", "a little of both", "digits", "a number", "narrow digits"],
)
def test_a_word_or_a_number_is_not_split(read, gaps):
    assert written(read, gaps) == read


def test_a_space_that_barely_won_within_a_word_is_dropped():
    assert written("Adjus tment Note", {"st": (8, 0.57)}) == "Adjustment Note"
    assert written("of 09/05", {"f0": (6, 0.6)}) == "of 09/05"
    assert written("Grand total", {"dt": (14, 0.57)}) == "Grand total"
    assert written("set in italics", {"ti": (0, 0.9), "ni": (0, 0.8)}) == "set in italics"


def test_a_word_that_is_set_wide_stays_one():
    wide = {"RO": (12, 0.3), "OU": (12, 0.5), "UN": (12, 0.6), "ND": (12, 0.6), "DE": (12, 0.6)}
    assert written("RO UN D ED 100%", wide | {"ED": (12, 0.4)}) == "ROUNDED 100%"
    assert written("TOTAL", dict.fromkeys(("TO", "OT", "TA", "AL"), (24, 0.12))) == "TOTAL"


def test_single_characters_that_are_surely_apart_and_digits_stay_apart():
    assert written("A B C D E") == "A B C D E"
    assert written("1 2 3 4 5", dict.fromkeys(("12", "23", "34"), (16, 0.6))) == "1 2 3 4 5"


def test_between_chinese_and_latin_a_space_is_where_the_paper_has_one():
    assert written("与Office的", {"与O": (12, 0.03), "e的": (14, 0.01)}) == "与 Office 的"
    assert written("与Office的", {"与O": (6, 0.03), "e的": (5, 0.01)}) == "与Office的"


def test_nothing_is_put_between_chinese_characters_nor_beside_full_width_marks():
    assert written("一下三", {"一下": (20, 0.1), "下三": (20, 0.1)}) == "一下三"
    assert written("数量：2，共", {"：2": (25, 0.2), "，共": (25, 0.2)}) == "数量：2，共"


def test_a_decimal_point_between_digits_that_lost_by_little_is_kept():
    def number(point: float) -> str:
        return text_of([Glyph("6", 2.0), Glyph("8", 7.0, point=point)], [2 / 48])

    assert (number(0.4), number(0.2)) == ("6.8", "68")
