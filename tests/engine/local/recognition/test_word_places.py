from __future__ import annotations

import math

import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr_watcher.engine.local.recognition.glyphs import Glyph
from ocr_watcher.engine.local.recognition.line_direction import Way, first_corner
from ocr_watcher.engine.local.recognition.line_ink import ink_of
from ocr_watcher.engine.local.recognition.word_places import WordPlace, places_of
from tests.engine.local.pictures import columns, page_of, turned

np = pytest.importorskip("numpy")
pytest.importorskip("cv2")

QUAD = ((0, 0), (100, 0), (100, 50), (0, 50))


def strip(*boxes, width=480, height=48):
    """Return a line with ink in some boxes: left, top, right, bottom."""
    pixels = np.full((height, width, 3), 255, dtype="uint8")
    for left, top, right, bottom in boxes:
        pixels[top:bottom, left:right] = 0
    return ink_of(pixels)


def at(*middles):
    return [
        Glyph("x", middle / 8, score=0.5 + number / 10) for number, middle in enumerate(middles)
    ]


def edges(place: WordPlace) -> tuple[float, ...]:
    return (place.left * 480, place.top * 48, place.right * 480, place.bottom * 48)


def test_a_word_reaches_as_far_as_its_ink():
    ink = strip((40, 10, 60, 30), (70, 14, 90, 38), (150, 20, 170, 30))
    one, two = places_of(ink, at(50, 80, 160), ["", " "])
    assert (one.text, two.text) == ("xx", "x")
    assert edges(one) == pytest.approx((40, 10, 90, 38))
    assert edges(two) == pytest.approx((150, 20, 170, 30))
    assert (one.score, two.score) == (0.55, 0.7)


def test_ink_that_is_not_of_the_line_does_not_count():
    rule, above, far = (0, 0, 2, 48), (45, 0, 55, 4), (300, 20, 310, 30)
    (place,) = places_of(strip(rule, above, far, (40, 12, 60, 34)), at(50), [])
    assert edges(place) == pytest.approx((40, 12, 60, 34))


def test_marks_above_and_below_a_letter_belong_to_its_word():
    (place,) = places_of(strip((40, 8, 60, 10), (40, 14, 60, 30), (40, 36, 60, 40)), at(50), [])
    assert edges(place) == pytest.approx((40, 8, 60, 40))


def test_words_without_white_between_them_end_in_the_middle():
    one, two = places_of(strip((40, 10, 140, 30)), at(60, 120), [" "])
    assert one.right == two.left
    assert 60 < one.right * 480 < 120


def test_a_line_without_ink_gives_its_words_all_of_its_height():
    (place,) = places_of(strip(), at(50), [])
    assert (place.top, place.bottom) == (0, 1)


def test_a_decimal_point_stays_within_its_word():
    ink = strip((40, 10, 60, 30), (70, 10, 90, 30))
    (place,) = places_of(ink, at(50, 80), ["."])
    assert place.text == "x.x"


@pytest.mark.parametrize(
    ("way", "is_tall", "begin", "end"),
    [
        (Way.LEVEL, False, (0, 0), (100, 0)),
        (Way.TURNED_OVER, False, (100, 50), (0, 50)),
        (Way.LEVEL, True, (100, 0), (100, 50)),
        (Way.TURNED_OVER, True, (0, 50), (0, 0)),
        (Way.STANDING, True, (0, 0), (100, 0)),
    ],
)
def test_a_word_begins_where_its_line_was_read_from(way, is_tall, begin, end):
    word = WordPlace("x", 0, 0, 1, 1, 0.9).on(QUAD, first_corner(way, is_tall=is_tall))
    assert word.quad[:2] == (begin, end)


def drawn_words(size: int) -> tuple[Image.Image, list[tuple[str, tuple[float, ...]]]]:
    """Return a page, and the box of the ink of each of its words."""
    page = Image.new("L", (40 * size, 16 * size), "white")
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(size)
    words = []
    lines = ["moon caravan increase on", "Total (page 4) 17.98", "Type, gap"]
    lines.append("The older volume has lost its spine, and its first leaves are loose")
    for row, line in enumerate(lines):
        left, top = 60, 2 * size + 3 * size * row
        for word in line.split():
            draw.text((left, top), word, fill="black", font=font)
            words.append((word, draw.textbbox((left, top), word, font=font)))
            left += round(font.getlength(word + " "))
    return page, words


def overlap(quad, box) -> float:
    """Return the intersection over union of two upright rectangles."""
    xs, ys = zip(*quad, strict=True)
    left, top = max(min(xs), box[0]), max(min(ys), box[1])
    right, bottom = min(max(xs), box[2]), min(max(ys), box[3])
    both = max(0.0, right - left) * max(0.0, bottom - top)
    areas = (max(xs) - min(xs)) * (max(ys) - min(ys)) + (box[2] - box[0]) * (box[3] - box[1])
    return both / (areas - both)


@pytest.mark.slow
@pytest.mark.parametrize("size", [14, 20, 32])
def test_the_words_of_print_lie_on_their_ink(engine, size):
    page, drawn = drawn_words(size)
    words = [word for line in engine.recognise(page_of(page)).lines for word in line.words]
    best = {
        text: max(overlap(word.quad, box) for word in words if word.text == text)
        for text, box in drawn
    }
    assert {text: share for text, share in best.items() if share < 0.7} == {}


@pytest.mark.slow
@pytest.mark.parametrize(("direction", "angle"), [(0, 0), (1, -90), (2, 180), (3, 90)])
def test_words_run_as_their_page_is_turned(engine, direction, angle):
    page, _ = drawn_words(32)
    lines = engine.recognise(page_of(turned(page, direction))).lines
    words = [word for line in lines for word in line.words if len(word.text) > 3]
    assert words
    for word in words:
        (x0, y0), (x1, y1) = word.quad[:2]
        turn = math.degrees(math.atan2(y1 - y0, x1 - x0)) - angle
        assert abs((turn + 180) % 360 - 180) < 5


@pytest.mark.slow
@pytest.mark.parametrize("direction", [0, 1, 3])
def test_words_of_vertical_writing_run_down_its_columns(engine, direction):
    lines = engine.recognise(page_of(turned(columns(), direction))).lines
    words = [word for line in lines for word in line.words]
    assert words
    down = {0: (0, 1), 1: (1, 0), 3: (-1, 0)}[direction]
    for word in words:
        (x0, y0), (x1, y1) = word.quad[:2]
        assert (x1 - x0) * down[0] + (y1 - y0) * down[1] > 0.9 * math.dist((x0, y0), (x1, y1))


def test_a_word_of_a_line_whose_ends_differ_in_height_stands_where_its_crop_took_it_from():
    box = ((0, 0), (700, 0), (700, 44), (0, 40))
    place = WordPlace("x", 0.5, 0.2, 0.6, 0.8, 0.9).in_box(box, 0)
    assert place.left == pytest.approx(0.5 * 40 / (0.5 * 40 + 0.5 * 44))
    assert (place.top, place.bottom) == (0.2, 0.8)
    turned_over = WordPlace("x", 0.4, 0.2, 0.5, 0.8, 0.9).in_box(box, 2)
    assert turned_over.right == pytest.approx(1 - place.left)
