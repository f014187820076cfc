"""A character that stands alone is read as three of its kind where it is doubtful."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from ocr_watcher.engine.local.recognition.glyphs import Glyph
from ocr_watcher.engine.local.recognition.lone_characters import character_of, copies_of
from ocr_watcher.engine.local.runtime.stages import LineText
from tests.engine.local.pictures import page_of
from tests.scans.typeset import MONO, has_fonts

np = pytest.importorskip("numpy")

ROWS = (("Wholemeal bread", "2.78"), ("White bread", "2.13"), ("Croissants", "2.97"))
INK, GREY = 0, 60


def copies(characters: str, score: float) -> LineText:
    return LineText(characters, score, [Glyph(each, 0.0, score=score) for each in characters])


def receipt_with_faint_zeros() -> Image.Image:
    """Draw a table with dotted zeros, of which a worn print head leaves every other column out."""
    paper = Image.new("L", (640, 480), "white")
    draw, font = ImageDraw.Draw(paper), ImageFont.truetype(MONO.file, 16)
    for number, (article, price) in enumerate(ROWS):
        y = 60 + 40 * number
        for x, words, ink in ((40, article, INK), (300, "0", GREY), (420, price, INK)):
            draw.text((x, y), words, font=font, fill=ink)
    for x in range(300, 330, 2):
        draw.line([(x, 0), (x, paper.height)], fill="white")
    return paper.filter(ImageFilter.GaussianBlur(0.6))


@pytest.mark.skipif(not has_fonts(), reason="needs fonts-dejavu-core and fonts-noto-cjk")
def test_faint_digits_alone_in_a_column_are_read(engine):
    read = engine.recognise(page_of(receipt_with_faint_zeros()))
    assert [line.text for line in read.lines if len(line.text) == 1] == ["0", "0", "0"]
    assert [word.text for line in read.lines for word in line.words].count("0") == len(ROWS)


def test_copies_that_are_read_alike_and_surely_are_believed():
    assert character_of(copies("000", 0.9)) == ("0", pytest.approx(0.9))


@pytest.mark.parametrize(
    ("characters", "score"), [("000", 0.8), ("0O0", 0.99), ("00", 0.99), ("...", 0.99), ("", 0.0)]
)
def test_copies_that_differ_or_are_doubtful_or_are_no_letters_are_not(characters, score):
    assert character_of(copies(characters, score)) == ("", 0.0)


def test_copies_stand_beside_each_other_on_the_paper_of_the_first():
    strip = np.full((20, 10, 3), 240, dtype="uint8")
    strip[5:15, 3:7] = (10, 20, 30)
    line = copies_of(strip)
    assert line.shape == (20, 4 + 3 * 10 + 4, 3)
    assert (line[:, :4] == 240).all()
    assert (line[:, 14:24] == strip).all()
