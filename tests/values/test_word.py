from __future__ import annotations

import pytest

from ocr_watcher.values.geometry import Rectangle, Transform
from ocr_watcher.values.word import Character, Word, runs_to_the_left, words_from


def row(text: str, step: tuple[int, int] = (10, 0)) -> list[Character]:
    """Return characters of 10 by 20 pixels, each a step behind the one before."""
    return [
        Character(character, Rectangle(100 + step[0] * at, 50 + step[1] * at, 10, 20))
        for at, character in enumerate(text)
    ]


def shown(text: str, step: tuple[int, int] = (10, 0)) -> list[Character]:
    return [each for each in row(text, step) if each.text != " "]


@pytest.mark.parametrize("characters", [row("ab c"), shown("ab c")])
def test_each_word_has_the_place_of_its_characters(characters):
    assert words_from("ab c", characters) == (
        Word("ab", ((100, 50), (120, 50), (120, 70), (100, 70))),
        Word("c", ((130, 50), (140, 50), (140, 70), (130, 70))),
    )


def test_an_engine_may_tell_of_several_characters_at_once():
    characters = [Character("Total", Rectangle(0, 0, 50, 10)), *row("12")]
    words = words_from("Total 12", characters)
    assert [word.text for word in words] == ["Total", "12"]
    assert words[1].quad[0] == (100, 50)


@pytest.mark.parametrize("text", ["ab", "ab cd", "abc d", "xb c", ""])
def test_characters_of_another_text_tell_no_words(text):
    assert words_from(text, shown("ab c")) == ()


@pytest.mark.parametrize(
    ("step", "first", "second"),
    [
        ((10, 0), (100, 50), (110, 50)),
        ((0, 20), (110, 50), (110, 70)),
        ((-10, 0), (110, 70), (100, 70)),
        ((0, -20), (100, 70), (100, 50)),
    ],
)
def test_a_word_begins_where_its_line_begins(step, first, second):
    (word, _) = words_from("a b", shown("a b", step))
    assert word.quad[:2] == (first, second)


def test_text_from_right_to_left_stands_on_its_feet():
    (word, _) = words_from("ש ל", shown("ש ל", (-10, 0)))
    assert word.quad[:2] == ((100, 50), (110, 50))


def test_a_mapped_word_has_whole_pixels_and_begins_at_the_same_letter():
    word = Word("a", ((0, 0), (3, 0), (3, 3), (0, 3)), 0.5)
    mirrored = Transform(xx=-0.5, x0=10)
    assert word.mapped(mirrored) == Word("a", ((10, 0), (8, 0), (8, 3), (10, 3)), 0.5)


def test_text_that_runs_to_the_left_is_told():
    assert runs_to_the_left("שלום 12")
    assert runs_to_the_left("مرحبا")
    assert not runs_to_the_left("Grüße 你好 12")
