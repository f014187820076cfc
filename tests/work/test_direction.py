"""Which way the text of a page runs."""

import pytest

from ocr_watcher.pages.source import open_source
from ocr_watcher.work.read_pages import direction_of
from tests.pages.printed import Printed, lines, printed


@pytest.mark.parametrize(("rotation", "direction"), [(0, 0), (90, 3), (180, 2), (270, 1)])
def test_a_page_whose_writing_is_turned_says_so(rotation, direction):
    page = Printed(lines("Where it stands"), f"/Rotate {rotation}")
    found = next(open_source(printed(page))).own_lines("auto")
    assert direction_of(found or ()) == direction


def test_most_of_the_writing_counts():
    stamp = "BT /F1 12 Tf 0 1 -1 0 20 100 Tm (a stamp) Tj ET "
    page = stamp + lines("A letter with more words")
    found = next(open_source(printed(page))).own_lines("auto")
    assert direction_of(found or ()) == 0
    assert direction_of(()) == 0
