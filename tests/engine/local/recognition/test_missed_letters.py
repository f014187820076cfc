"""The ink of a line shows how many of its letters the recogniser passed over."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr_watcher.engine.local.recognition.glyphs import Glyph
from ocr_watcher.engine.local.recognition.line_ink import ink_of
from ocr_watcher.engine.local.recognition.missed_letters import is_ornament, missed_letters
from ocr_watcher.engine.local.recognition.unread import unread_characters

np = pytest.importorskip("numpy")
pytest.importorskip("cv2")

LETTERS = "The order was sent, and paid. Thanks."


def strip(words: str, margin: int = 6):
    """Return the pixels of a printed line as high as letters are, with paper around it."""
    font = ImageFont.load_default(30)
    left, _, right, _ = font.getbbox(words)
    _, top, _, bottom = font.getbbox(LETTERS)
    size = (int(right - left) + 2 * margin, int(bottom - top) + 2 * margin)
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).text((margin - left, margin - top), words, fill="black", font=font)
    return np.asarray(image)


def missed(words: str, read: str) -> int:
    """Return how many letters are missed of printed words of which some characters are read."""
    font, pixels = ImageFont.load_default(30), strip(words)
    scale = 48 / pixels.shape[0]
    middles = [
        6 + (font.getlength(words[:at]) + font.getlength(words[: at + 1])) / 2
        for at in range(len(words))
    ]
    glyphs = [
        Glyph(character, middle * scale / 8)
        for character, middle in zip(words, middles, strict=True)
        if character in read and character != " "
    ]
    return missed_letters(ink_of(pixels), glyphs)


def test_where_each_letter_is_read_none_is_missed():
    assert missed(LETTERS, LETTERS) == 0


def test_where_only_the_marks_are_read_all_letters_are_missed():
    assert len(LETTERS) / 2 < missed(LETTERS, ",.") < 2 * len(LETTERS)


def test_where_nothing_is_read_all_letters_are_missed():
    assert len(LETTERS) / 2 < missed(LETTERS, "") < 2 * len(LETTERS)


def test_a_letter_that_is_missed_among_others_does_not_count():
    assert missed(LETTERS, LETTERS.replace("w", "")) == 0


@pytest.mark.parametrize(
    "row", ["......................", ". . . . . . . . . .", "--------------", "_ _ _ _ _ _ _"]
)
def test_a_row_of_dots_or_dashes_has_no_letters_even_where_nothing_is_read(row):
    assert missed(row, "") == 0
    assert unread_characters([strip(row)], [strip(LETTERS).shape[0]]) == 0


def test_what_is_printed_and_was_not_read_is_counted():
    pixels = strip(LETTERS)
    assert unread_characters([pixels], [pixels.shape[0]]) == pytest.approx(
        pixels.shape[1] / pixels.shape[0], abs=1
    )


def test_a_line_much_lower_than_those_of_its_page_is_a_rule():
    pixels = strip(LETTERS)
    height = pixels.shape[0]
    assert unread_characters([pixels], [3 * height, 3 * height, height]) == 0


@pytest.mark.parametrize("words", ["*****", "- - - - -", "一一_一一", "........", "=-=-="])
def test_stars_dots_and_dashes_alone_are_an_ornament(words):
    assert is_ornament(words)


@pytest.mark.parametrize("words", ["", "         ", "--", ". , . ,", "*****A", "$$$$$$", "IIIIII"])
def test_other_marks_and_letters_are_not(words):
    assert not is_ornament(words)
