"""Ink that looks like writing and was not found is read in a second look."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr_watcher.values.reading import Reading
from tests.engine.local.pictures import drawn, page_of, turned

pytestmark = pytest.mark.slow

A4 = (2480, 3508)


def sheet(words: str, at: tuple[int, int], print_size: int = 42) -> Image.Image:
    page = Image.new("L", A4, "white")
    font = ImageFont.load_default(print_size)
    ImageDraw.Draw(page).text(at, words, fill="black", font=font)
    return page


def words_of(reading: Reading) -> list[str]:
    return [line.text for line in reading.lines]


@pytest.mark.parametrize(
    ("words", "at"), [("This is page 4", (1100, 3200)), ("Confidential", (300, 350))]
)
def test_a_short_line_alone_on_a_large_page_is_read_and_located(engine, words, at):
    reading = engine.recognise(page_of(sheet(words, at)))
    assert words_of(reading) == [words]
    assert reading.details == {"direction": 0}
    box = reading.lines[0].box
    assert (box.left, box.top) == pytest.approx(at, abs=40)


def test_a_short_line_alone_on_a_page_on_its_head_is_read(engine):
    reading = engine.recognise(page_of(turned(sheet("see over", (1100, 3200)), 2)))
    assert words_of(reading) == ["see over"]
    assert reading.details == {"direction": 2}


def test_a_staple_is_reported_as_ink_that_was_not_read(engine):
    page = Image.new("L", (1654, 2339), "white")
    ImageDraw.Draw(page).line((165, 117, 215, 140), fill=60, width=4)
    assert engine.recognise(page_of(page)) == Reading((), {"direction": -1, "unread_ink": True})


def test_blots_are_no_text(engine):
    page = Image.new("L", (1240, 1754), "white")
    for number in range(5):
        x, y = 200 + 180 * number, 300 + 230 * number
        ImageDraw.Draw(page).ellipse((x, y, x + 9, y + 7 + number), fill=20 * number)
    assert engine.recognise(page_of(page)).lines == ()


def test_a_page_whose_ink_was_all_read_gets_no_second_look(reader, monkeypatch):
    line_reader = reader._line_reader
    looks, at = [], line_reader.at
    monkeypatch.setattr(line_reader, "at", lambda image: looks.append(image.size) or at(image))
    letter = drawn("Dear Ms Ellery,", "we bind your two ledgers", "on linen tapes")
    assert len(reader.read(letter).lines) == 3
    assert looks == [letter.size]
