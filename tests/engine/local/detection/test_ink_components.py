"""Connected pieces of ink."""

import pytest

np = pytest.importorskip("numpy")
cv2 = pytest.importorskip("cv2")

from ocr_watcher.engine.local.detection.ink_components import (  # noqa: E402  needs what is above
    components_of,
)


def test_a_page_without_ink_has_no_pieces():
    assert components_of(np.zeros((30, 40), "uint8")).shape == (0, 5)


def test_each_piece_is_located_on_the_whole_page():
    ink = np.zeros((30, 40), "uint8")
    ink[10:13, 20:25] = 1
    ink[20:22, 5:9] = 1
    assert sorted(components_of(ink).tolist()) == [[5, 20, 4, 2, 8], [20, 10, 5, 3, 15]]


def test_ink_all_over_the_page_is_one_piece():
    assert components_of(np.ones((30, 40), "uint8")).tolist() == [[0, 0, 40, 30, 1200]]


def test_the_pieces_of_a_speckled_page_are_those_of_the_whole():
    ink = (np.random.default_rng(7).random((60, 80)) < 0.1).astype("uint8")
    whole = cv2.connectedComponentsWithStats(ink, connectivity=8)[2][1:]
    assert sorted(components_of(ink).tolist()) == sorted(whole.tolist())
