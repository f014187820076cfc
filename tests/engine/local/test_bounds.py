"""No picture takes more time or memory than an ordinary page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from tests.engine.local.pictures import drawn, page_of

if TYPE_CHECKING:
    from ocr_watcher.engine.local.page_reader import PageReader

pytestmark = pytest.mark.slow

FULL_PAGE = 2000 * 1414
"""The pixels of a page that the detector is given without enlarging or reducing it."""

SHAPES = [(32, 2000), (15, 4000), (4000, 15), (717, 51), (51, 717), (1, 1), (1, 4000), (300, 2000)]


@pytest.fixture
def given(reader: PageReader, monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The sizes of the pictures that the network of the detector is given."""
    detector = reader._line_reader._steps._detect
    sizes: list[tuple[int, int]] = []
    network = detector._network

    def noting(pixels):
        sizes.append(pixels.shape[:2])
        return network(pixels)

    monkeypatch.setattr(detector, "_network", noting)
    return sizes


@pytest.mark.parametrize("shape", SHAPES)
def test_the_detector_is_given_no_more_pixels_than_of_a_page(reader, given, shape):
    assert reader.read(Image.new("L", shape, "white")).lines == ()
    ((height, width),) = given
    assert height * width <= 1.05 * FULL_PAGE  # its sides are multiples of 32


@pytest.mark.parametrize("size", [(1300, 60), (120, 1400)])
def test_lines_of_a_narrow_strip_are_read_and_located_on_it(engine, size):
    words = "Harbour Lane 14" if size[0] > size[1] else "14"
    strip = drawn(size=size)
    strip.paste(drawn(words, size=(500, 100), print_size=30).crop((30, 30, 330, 80)), (10, 5))
    (line,) = engine.recognise(page_of(strip)).lines
    box = line.box
    assert line.text == words
    assert (box.left, box.top) == pytest.approx((20, 11), abs=12)
    assert box.top + box.height <= size[1]


def test_a_line_that_is_longer_than_any_print_is_recognised_within_bounds(reader, monkeypatch):
    line_reader = reader._line_reader
    recogniser = line_reader._steps._recognise
    network, widths = recogniser._network, []

    def noting(pixels):
        widths.append(pixels.shape[3])
        return network(pixels)

    monkeypatch.setattr(recogniser, "_network", noting)
    line_reader.words_of([np.full((4, 2000, 3), 255, "uint8")] * 2)
    assert max(widths) < 48 * 150 + 64  # its width is padded to a multiple of 64
