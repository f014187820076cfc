"""Letters and digits that look alike are read as their word has them."""

from __future__ import annotations

import pytest

from ocr_watcher.engine.local.recognition.glyphs import Glyph
from ocr_watcher.engine.local.recognition.lookalikes import TWINS, like_their_words


def read(words: str, doubtful: dict[int, float], twins: dict[int, str] | None = None) -> str:
    """Return what becomes of words of which some characters are in doubt.

    Args:
        words: The words as they were read.
        doubtful: The scores of the second choices, by the place of the character.
        twins: The second choices that are not the first of `TWINS`.
    """
    glyphs, marks = [], []
    for at, character in enumerate(words):
        if character == " ":
            marks[-1] = " "
            continue
        twin = (twins or {}).get(at, TWINS.get(character, "")[:1])
        others = ((twin, doubtful[at]),) if at in doubtful else ()
        glyphs.append(Glyph(character, 3.0 * at, score=0.6, others=others))
        marks.append("")
    marks.pop()
    found = like_their_words(glyphs, marks)
    return "".join(g.character + mark for g, mark in zip(found, [*marks, ""], strict=True))


@pytest.mark.parametrize(
    ("words", "doubtful", "meant"),
    [
        ("INV0ICE NO", {3: 0.19}, "INVOICE NO"),
        ("4380O DENGKIL", {4: 0.36}, "43800 DENGKIL"),
        ("Bi1l#:V001", {2: 0.07}, "Bill#:V001"),
        ("12,O55", {3: 0.4}, "12,055"),
    ],
)
def test_a_doubtful_character_is_of_the_kind_of_its_word(
    words: str, doubtful: dict[int, float], meant: str
) -> None:
    assert read(words, doubtful) == meant


@pytest.mark.parametrize("words", ["INV0ICE", "SS2", "4B", "V0514"])
def test_a_character_of_which_the_recogniser_is_sure_stays(words: str) -> None:
    assert read(words, {}) == words


def test_a_code_of_letters_and_digits_stays_whatever_is_in_doubt() -> None:
    assert read("AB0C77", {2: 0.4}) == "AB0C77"


@pytest.mark.parametrize("words", ["PU1P", "7O7"])
def test_within_capitals_and_digits_more_doubt_is_needed_than_beside_small_letters(
    words: str,
) -> None:
    at = next(at for at, character in enumerate(words) if character in "1O")
    assert read(words, {at: 0.12}) == words
    assert read("Bi1l", {2: 0.12}) == "Bill"


def test_at_the_end_of_a_word_more_doubt_is_needed_than_within() -> None:
    assert read("PSA0", {3: 0.2}) == "PSA0"
    assert read("1O77", {1: 0.2}) == "1077"


def test_a_word_most_of_which_is_in_doubt_stays() -> None:
    assert read("ABO1O1", {2: 0.4, 3: 0.4, 4: 0.4, 5: 0.4}) == "ABO1O1"


def test_one_sure_character_is_too_few_to_tell_the_kind_of_a_word() -> None:
    assert read("X0", {1: 0.4}) == "X0"
    assert read("S 02", {0: 0.4}) == "S 02"


def test_the_score_is_that_of_the_second_choice() -> None:
    glyphs = [Glyph("2", 1), Glyph("7", 4), Glyph("O", 7, score=0.5, others=(("0", 0.4),))]
    *_, last = like_their_words(glyphs, ["", ""])
    assert (last.character, last.score) == ("0", 0.4)


def test_what_does_not_look_like_a_character_is_not_put_in_its_place() -> None:
    glyphs = [Glyph("I", 1), Glyph("N", 4), Glyph("8", 7, others=(("V", 0.4),)), Glyph("S", 10)]
    found = like_their_words(glyphs, ["", "", ""])
    assert "".join(glyph.character for glyph in found) == "IN8S"


def test_a_line_without_characters_has_none() -> None:
    assert like_their_words([], []) == ()
