"""A word in doubt is read as it is at other places of its page."""

from __future__ import annotations

from time import process_time
from typing import TYPE_CHECKING

import pytest
from PIL import ImageDraw

from ocr_watcher.engine.local.recognition.glyphs import Glyph
from ocr_watcher.engine.local.recognition.recurring_words import like_their_page
from tests.engine.local.pictures import drawn, page_of

if TYPE_CHECKING:
    from ocr_watcher.engine.local.engine import LocalEngine

Others = dict[int, tuple[tuple[str, float], ...]]


def line(words: str, others: Others | None = None) -> tuple[list[Glyph], list[str]]:
    """Return the characters of a line and what stands between them.

    Args:
        words: The line as it was read.
        others: What else a character may be, by its place in the words; others are read surely.
    """
    glyphs: list[Glyph] = []
    marks: list[str] = []
    for at, character in enumerate(words):
        if character == " ":
            marks[-1] = " "
            continue
        other = (others or {}).get(at, ())
        glyphs.append(Glyph(character, 3.0 * at, score=0.6 if other else 0.99, others=other))
        marks.append("")
    return glyphs, marks[:-1]


def read(*lines: tuple[list[Glyph], list[str]]) -> str:
    """Return what becomes of the last line of a page."""
    glyphs, marks = like_their_page(lines)[-1], lines[-1][1]
    return "".join(g.character + mark for g, mark in zip(glyphs, [*marks, ""], strict=True))


@pytest.mark.parametrize(
    ("elsewhere", "words", "others", "meant"),
    [
        ("CASH RM 5.00", "FM3.00", {0: (("R", 0.1),)}, "RM3.00"),
        ("GST Summary", "(CST ID: 0011)", {1: (("G", 0.4),)}, "(GST ID: 0011)"),
        ("TAX INVOICE Tax", "Tas Code", {2: (("r", 0.1), ("x", 0.08))}, "Tax Code"),
        ("SUB TOTAL", "T0TAL 9.00", {1: (("O", 0.3),)}, "TOTAL 9.00"),
    ],
)
def test_a_character_in_doubt_is_read_as_in_the_same_word_elsewhere(
    elsewhere: str, words: str, others: Others, meant: str
) -> None:
    assert read(line(elsewhere), line(words, others)) == meant


def test_a_word_that_the_page_has_only_once_stays() -> None:
    assert read(line("CASH 5.00"), line("FM 3.00", {0: (("R", 0.4),)})) == "FM 3.00"


def test_a_word_that_the_page_surely_has_as_it_was_read_stays() -> None:
    assert read(line("form from"), line("form", {3: (("n", 0.1),)})) == "form"
    assert read(line("HAM"), line("HAN"), line("HAN", {2: (("M", 0.4),)})) == "HAN"


def test_a_character_of_which_the_recogniser_is_sure_stays() -> None:
    assert read(line("GST"), line("CST")) == "CST"
    assert read(line("GST"), line("CST", {0: (("G", 0.04),)})) == "CST"


def test_a_word_that_was_read_in_doubt_is_no_example_for_others() -> None:
    assert read(line("RM", {1: (("N", 0.1),)}), line("FM", {0: (("R", 0.4),)})) == "FM"


def test_of_two_words_the_one_that_the_page_has_more_often_is_taken() -> None:
    doubtful = line("CST", {0: (("S", 0.12), ("G", 0.1))})
    assert read(line("SST"), line("GST"), doubtful) == "SST"
    assert read(line("SST"), line("GST GST"), doubtful) == "GST"


def test_two_characters_of_a_word_are_not_changed() -> None:
    assert read(line("GST"), line("CS7", {0: (("G", 0.4),), 2: (("T", 0.4),)})) == "CS7"


def test_codes_and_numbers_stay() -> None:
    assert read(line("A7 12.50"), line("A1 12.60", {1: (("7", 0.4),), 6: (("5", 0.4),)})) == (
        "A1 12.60"
    )
    assert read(line("SE"), line("5E 12", {0: (("8", 0.4),)})) == "5E 12"
    assert read(line("OZ"), line("382O2", {4: (("Z", 0.4),)})) == "382O2"


def test_a_letter_stays_small_or_large() -> None:
    assert read(line("Limited"), line("limited", {0: (("L", 0.45),)})) == "limited"


def test_a_mark_is_not_read_as_a_letter() -> None:
    assert read(line("for"), line("(or", {0: (("f", 0.4),)})) == "(or"


def test_one_letter_alone_is_no_word() -> None:
    assert read(line("S"), line("B", {0: (("S", 0.4),)})) == "B"


def test_a_long_line_without_spaces_costs_little_however_much_of_it_is_in_doubt() -> None:
    others = {at: tuple((other, 0.05) for other in "ABCDEFGHIJKLMNOP") for at in range(900)}
    began = process_time()
    assert read(line("RM"), line(900 * "x", others)) == 900 * "x"
    assert process_time() - began < 0.5


def test_the_score_is_that_of_the_other_reading() -> None:
    _, (first, _) = like_their_page([line("RM"), line("FM", {0: (("R", 0.2),)})])
    assert (first.character, first.score) == ("R", 0.2)


def test_lines_without_characters_have_none() -> None:
    assert like_their_page([line("RM"), ([], [])])[1] == ()
    assert like_their_page([]) == []


@pytest.mark.parametrize(
    ("page", "last"),
    [
        (("Total RM 12.50", "Cash RM 20.00", "Change RM 7.50", "RM 9.00"), "RM 9.00"),
        (("Total 12.50", "Cash 20.00", "Change 7.50", "RM 9.00"), "FM 9.00"),
    ],
)
def test_a_letter_with_a_gap_is_read_by_the_words_of_its_page(
    engine: LocalEngine, page: tuple[str, ...], last: str
) -> None:
    picture = drawn(*page)
    ImageDraw.Draw(picture).rectangle((52, 264, 64, 272), fill="white")  # the middle of the R
    assert engine.recognise(page_of(picture)).lines[-1].text == last
