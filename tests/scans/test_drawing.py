"""The truth about a drawing stays true whatever is done to it."""

from __future__ import annotations

import pytest
from PIL import Image, ImageOps

from tests.scans.drawing import Drawing, Word, sheet

MARGIN = 5
SHEET = sheet((600, 800), columns=4, rows=5)


def farthest_off(image: Image.Image, word: Word) -> float:
    """By how many pixels the ink around a word ends elsewhere than it should."""
    left, top, right, bottom = word.edges
    corner = round(left) - MARGIN, round(top) - MARGIN
    around = image.crop((*corner, round(right) + MARGIN, round(bottom) + MARGIN))
    ink = ImageOps.invert(around).point(lambda value: 255 if value > 127 else 0).getbbox()
    assert ink is not None
    seen = (ink[0] + corner[0], ink[1] + corner[1], ink[2] + corner[0], ink[3] + corner[1])
    return max(abs(true - edge) for true, edge in zip(word.edges, seen, strict=True))


@pytest.mark.parametrize(
    ("drawing", "most"),
    [
        (SHEET, 0),
        *((SHEET.transposed(method), 0) for method in Image.Transpose),
        (SHEET.stretched((450, 300)), 1),
        (SHEET.crooked(2), 2),
        (SHEET.crooked(2).transposed(Image.Transpose.ROTATE_90).stretched((900, 900)), 3),
    ],
)
def test_every_word_is_where_its_ink_is(drawing: Drawing, most: float) -> None:
    assert len(drawing.words) == 20
    assert max(farthest_off(drawing.image, word) for word in drawing.words) <= most


def test_the_same_page_is_drawn_every_time() -> None:
    again = sheet((600, 800), columns=4, rows=5)
    assert again.words == SHEET.words
    assert again.image.tobytes() == SHEET.image.tobytes()


def test_quarters_add_up() -> None:
    once = SHEET.transposed(Image.Transpose.ROTATE_90)
    assert (once.direction, once.transposed(Image.Transpose.ROTATE_90).direction) == (1, 2)
    back = once.transposed(Image.Transpose.ROTATE_270)
    assert (back.direction, back.words) == (0, SHEET.words)
