"""Pictures are padded to few sizes."""

import pytest

from ocr_watcher.engine.local.backends.picture_sizes import fixed_size, padded_line, padded_page

SIDES = range(32, 2049, 32)


def test_no_picture_is_cut_and_none_is_padded_by_a_whole_step():
    for side in SIDES:
        height, width = padded_page(side, 2080 - side)
        assert 0 <= height - side < 128
        assert 0 <= width - (2080 - side) < 128


def test_there_are_few_sizes():
    sizes = {padded_page(height, width) for height in SIDES for width in SIDES}
    assert len(sizes) == 16 * 16
    assert len({padded_line(width) for width in range(1, 2001)}) == 32


@pytest.mark.parametrize(
    ("size", "fixed"), [((736, 736), None), ((1000, 1000), None), ((1760, 1248), (1792, 1280))]
)
def test_only_a_large_picture_has_a_network_for_its_size(size, fixed):
    assert fixed_size(*size) == fixed
