"""When a page gets a second look, and which lines of it count; without models."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr_watcher.engine.local.lines import PictureLines, SeenLine
from ocr_watcher.engine.local.page_direction import Run
from ocr_watcher.engine.local.second_look import Search, search


def seen(words: str, left: int, top: int, right: int, bottom: int) -> SeenLine:
    quad = [(left, top), (right, top), (right, bottom), (left, bottom)]
    return SeenLine(quad, words, 0.99, Run(words, 0, telling=True))


class LineReader:
    """A stand-in that finds given lines on the page, and then on the sheet."""

    def __init__(self, *looks: list[SeenLine]) -> None:
        self.looks = [PictureLines(tuple(look)) for look in looks]
        self.sizes: list[tuple[int, int]] = []

    def at(self, image: Image.Image) -> PictureLines:
        self.sizes.append(image.size)
        return self.looks.pop(0)


def page(words: str = "Page 12") -> Image.Image:
    image = Image.new("L", (1240, 1754), "white")
    font = ImageFont.load_default(24)
    ImageDraw.Draw(image).text((600, 1600), words, fill="black", font=font)
    return image


def words_of(found: Search) -> list[str]:
    return [line.words for line in found.look.lines]


ON_SHEET = (300, 340, 420, 390)
HEADING = seen("Annex", 100, 100, 300, 140)
LETTER = [seen("we bind your two ledgers on linen tapes", 100, y, 900, y + 30) for y in (200, 300)]


def test_what_is_found_on_the_sheet_joins_what_was_found_on_the_page():
    line_reader = LineReader([HEADING], [seen("Page 12", *ON_SHEET)])
    assert words_of(search(line_reader, page())) == ["Annex", "Page 12"]
    assert line_reader.sizes == [(1240, 1754), (736, 736)]


def test_a_page_with_much_on_it_gets_no_second_look_for_a_few_letters():
    line_reader = LineReader(LETTER * 2)
    assert not search(line_reader, page()).has_ink
    assert line_reader.sizes == [(1240, 1754)]


@pytest.mark.parametrize("noise", ["e", "--*", "-----", "一一一一"])
def test_a_character_alone_and_a_row_of_dashes_are_no_words(noise):
    found = search(LineReader([], [seen(noise, *ON_SHEET)]), page())
    assert (words_of(found), found.has_ink) == ([], True)


@pytest.mark.parametrize("words", ["- 7 -", "11", "OK", "机密"])
def test_short_words_are_words(words):
    assert words_of(search(LineReader([], [seen(words, *ON_SHEET)]), page())) == [words]


def test_a_line_of_which_the_end_was_missed_is_replaced_by_the_whole():
    cut = seen("Page", 596, 1600, 655, 1632)
    found = search(LineReader([cut], [seen("Page 12", 280, 340, 440, 390)]), page())
    assert words_of(found) == ["Page 12"]


def test_a_line_that_was_read_in_full_stays():
    whole = seen("Page 12 of 20", 596, 1600, 655, 1632)
    found = search(LineReader([whole], [seen("Page 12", 280, 340, 440, 390)]), page())
    assert words_of(found) == ["Page 12 of 20"]


def test_a_page_with_nothing_but_blots_has_no_text():
    blots = [seen(words, x, 50, x + 10, 60) for x, words in ((20, "●"), (90, "è"), (300, "●"))]
    assert words_of(search(LineReader(blots), Image.new("L", (400, 400), "white"))) == []
