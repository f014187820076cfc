"""A line across several columns is parted at the gaps between them."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr_watcher.engine.local.parting import cuts_of, parted

HEIGHT = 20
LEVEL = [(100.0, 50.0), (900.0, 50.0), (900.0, 70.0), (100.0, 70.0)]


def blank_columns(drawing: str) -> list[bool]:
    """Of a drawing in which a character is half as wide as the line is high."""
    return [character == " " for character in drawing for _ in range(HEIGHT // 2)]


@pytest.mark.parametrize(
    ("drawing", "parts"),
    [
        ("in May, and that nobody", 1),
        ("of the city  Nobody knows", 2),
        ("of the city  Nobody  lion, which", 3),
        ("1  Apples   3.48", 3),
        ("T  I  T  L  E", 1),
        ("", 1),
    ],
)
def test_a_line_is_cut_at_wide_gaps_that_are_not_between_letters(drawing, parts):
    assert len(cuts_of(blank_columns(drawing), HEIGHT)) == parts - 1


def test_a_cut_lies_in_the_middle_of_the_gap():
    assert cuts_of(blank_columns("the city    knows of it"), HEIGHT) == [10 * HEIGHT // 2]


def strip(text: str, *, ink: int = 0, paper: int = 255, noise: int = 0) -> np.ndarray:
    image = Image.new("RGB", (800, HEIGHT), (paper,) * 3)
    font = ImageFont.load_default(16)
    ImageDraw.Draw(image).text((2, 0), text, font=font, fill=(ink,) * 3)
    generator = np.random.default_rng(1)
    grain = generator.integers(-noise, noise + 1, (HEIGHT, 800, 1))
    return np.clip(np.asarray(image).astype(int) + grain, 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    "look", [{}, {"noise": 25}, {"ink": 255, "paper": 20}, {"ink": 120, "paper": 180, "noise": 5}]
)
def test_the_parts_have_their_own_pixels_and_corners(look):
    pixels = strip("of the city told us.          Nobody knows", **look)
    (left, left_pixels), (right, right_pixels), *more = parted(LEVEL, pixels)
    assert more == []
    assert left[0] == LEVEL[0]
    assert left[1] == right[0]
    assert left[2] == right[3]
    assert right[2] == LEVEL[2]
    assert left_pixels.shape[1] + right_pixels.shape[1] == pixels.shape[1]
    assert left[1][0] == pytest.approx(100 + left_pixels.shape[1])


def test_the_corners_of_a_crooked_line_lie_on_its_edges():
    crooked = [(100.0, 50.0), (892.0, 162.0), (889.0, 182.0), (97.0, 70.0)]
    (left, _), _ = parted(crooked, strip("of the city told us.          Nobody knows"))
    slope = (left[1][1] - left[0][1]) / (left[1][0] - left[0][0])
    assert slope == pytest.approx(112 / 792)


@pytest.mark.parametrize("text", ["", "one line without any gap", "No."])
def test_a_line_without_a_gap_stays_whole(text):
    pixels = strip(text)
    ((corners, same),) = parted(LEVEL, pixels)
    assert corners == LEVEL
    assert same.shape == pixels.shape
