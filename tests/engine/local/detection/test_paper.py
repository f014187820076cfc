import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ocr_watcher.engine.local.detection.paper import DETECTOR_SIDE, on_paper, paper_size

LONGEST = 2000
FULL_PAGE = LONGEST**2 / math.sqrt(2)


def detector_pixels(size: tuple[int, int]) -> float:
    """The size to which the detector enlarges a picture that RapidOCR first reduced to its longest
    side."""
    reduced = min(1.0, LONGEST / max(size))
    short, long = (reduced * side for side in sorted(size))
    scale = max(1.0, DETECTOR_SIDE / short)
    return scale * short * scale * long


@given(st.integers(1, 4000), st.integers(1, 4000))
def test_the_detector_makes_no_more_of_any_shape_than_of_a_full_page(width, height):
    paper = paper_size((width, height), LONGEST)
    assert detector_pixels(paper) <= max(FULL_PAGE * 1.001, width * height)
    assert paper[0] >= width
    assert paper[1] >= height


@pytest.mark.parametrize("size", [(1414, 2000), (2000, 2000), (600, 400), (400, 2000), (100, 24)])
def test_a_picture_of_a_pages_shape_keeps_its_size(size):
    assert paper_size(size, LONGEST) == (size[0], max(size[1], 32))


@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
@pytest.mark.parametrize("colour", ["white", "black"])
def test_a_narrow_picture_lies_in_the_middle_of_a_sheet_of_its_own_colour(mode, colour):
    strip = Image.new(mode, (10, 400), colour)
    paper = on_paper(strip, LONGEST)
    assert (paper.left, paper.top) == ((paper.image.width - 10) // 2, 0)
    assert paper.image.tobytes() == Image.new(mode, paper.image.size, colour).tobytes()
