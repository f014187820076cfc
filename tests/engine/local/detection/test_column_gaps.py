"""A line across several columns is split at the gaps between them."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr_watcher.engine.local.detection.column_gaps import parted, wide_gaps

HEIGHT = 20


def blank_columns(drawing: str) -> list[bool]:
    """The blank columns of a drawn line whose characters are half as wide as it is high."""
    return [character == " " for character in drawing for _ in range(HEIGHT // 2)]


@pytest.mark.parametrize(
    ("drawing", "gaps"),
    [
        ("in May, and that nobody", []),
        ("of the city  Nobody knows", [(11, 13)]),
        ("of the city  Nobody  lion, which", [(11, 13), (19, 21)]),
        ("1  Apples   3.48", [(1, 3), (9, 12)]),
        ("T  I  T  L  E", []),
        ("", []),
    ],
)
def test_a_wide_gap_has_a_word_on_one_side_at_least(drawing, gaps):
    found = wide_gaps(blank_columns(drawing), HEIGHT)
    assert found == [(begin * HEIGHT // 2, end * HEIGHT // 2) for begin, end in gaps]


def strip(text: str, *, ink: int = 0, paper: int = 255, noise: int = 0) -> np.ndarray:
    image = Image.new("RGB", (800, HEIGHT), (paper,) * 3)
    font = ImageFont.load_default(16)
    ImageDraw.Draw(image).text((2, 0), text, font=font, fill=(ink,) * 3)
    generator = np.random.default_rng(1)
    grain = generator.integers(-noise, noise + 1, (HEIGHT, 800, 1))
    return np.clip(np.asarray(image).astype(int) + grain, 0, 255).astype(np.uint8)


LOOKS = [{}, {"noise": 25}, {"ink": 255, "paper": 20}, {"ink": 120, "paper": 180, "noise": 5}]


def level(number: int) -> list[tuple[float, float]]:
    """The corners of a row of a page."""
    top = 50.0 + 24 * number
    return [(100.0, top), (900.0, top), (900.0, top + 20), (100.0, top + 20)]


def words_apart(left: str, right: str, **look: int) -> np.ndarray:
    """A line whose second part begins at one place, whatever the length of the first."""
    pixels = strip(left, **look)
    second = strip(right, **look)
    pixels[:, 240:] = second[:, : 800 - 240]
    return pixels


@pytest.mark.parametrize("look", LOOKS)
def test_lines_across_two_columns_are_parted_at_the_gutter(look):
    pixels = [words_apart(f"of the city told us {n}", "Nobody knows it", **look) for n in range(4)]
    parts = list(parted([level(number) for number in range(4)], pixels))
    assert len(parts) == 8
    (left, left_pixels), (right, right_pixels) = parts[:2]
    assert (left[0], right[2]) == (level(0)[0], level(0)[2])
    assert left[1][0] == pytest.approx(100 + left_pixels.shape[1], abs=1)
    assert right[0][0] == pytest.approx(900 - right_pixels.shape[1], abs=1)
    assert right[0][0] - left[1][0] > HEIGHT / 2


def test_a_wide_gap_that_no_other_line_has_is_one_of_justified_print():
    plain = strip("of the city told us that nobody knows how the trade will live with it")
    gap = words_apart("of the city told us that all the", "nobody knows")
    quads = [level(number) for number in range(5)]
    parts = list(parted(quads, [plain, plain, gap, plain, plain]))
    assert len(parts) == 5


def test_a_very_wide_gap_parts_a_line_that_stands_alone():
    pixels = strip("Sender")
    pixels[:, 400:] = strip("Berlin, in May")[:, :400]
    assert len(list(parted([level(0)], [pixels]))) == 2


def test_the_corners_of_a_crooked_line_lie_on_its_edges():
    pixels = strip("Sender")
    pixels[:, 400:] = strip("Berlin, in May")[:, :400]
    crooked = [(100.0, 50.0), (892.0, 162.0), (889.0, 182.0), (97.0, 70.0)]
    (left, _), _ = parted([crooked], [pixels])
    slope = (left[1][1] - left[0][1]) / (left[1][0] - left[0][0])
    assert slope == pytest.approx(112 / 792)


@pytest.mark.parametrize("text", ["", "one line without any gap", "No."])
def test_a_line_without_a_gap_stays_whole(text):
    pixels = strip(text)
    ((corners, same),) = parted([level(0)], [pixels])
    assert corners == level(0)
    assert same.shape == pixels.shape


def test_faint_print_is_no_gap():
    pixels = strip("Total (Excluding GST): 17.50 and more of it")
    faint = 230 + (pixels[:, 130:230] // 10).clip(0, 25)
    pixels[:, 130:230] = faint
    assert len(list(parted([level(0)], [pixels]))) == 1


def test_a_tall_box_stays_whole():
    standing = [(100.0, 50.0), (120.0, 50.0), (120.0, 850.0), (100.0, 850.0)]
    pixels = strip("Sender")
    pixels[:, 400:] = strip("Berlin, in May")[:, :400]
    assert len(list(parted([standing], [pixels]))) == 1
