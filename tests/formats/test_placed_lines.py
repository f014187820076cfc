"""Each line that was read is in each format once, wherever the lines stand."""

from __future__ import annotations

import re
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr_watcher.document.document import RenderOptions
from ocr_watcher.document.page import RecognisedPage
from ocr_watcher.document.text import LAYOUTS
from ocr_watcher.formats import alto, hocr, md, txt
from ocr_watcher.values.geometry import Rectangle
from ocr_watcher.values.reading import Line
from tests.formats.placed import document

PLACES = st.integers(-(10**8), 10**8) | st.floats(-1e9, 1e9)
BEGINNINGS = ["", "A", "1. ", "- ", "一、", "12.50 ", "Total ", "der ", "IBAN ", "(a) ", "中文"]
ENDINGS = ["", ".", ",", "-", " 7,80 B", " and", " Straße", "。"]
ANYWHERE = st.builds(Rectangle, *[PLACES] * 4)
ON_A_GRID = st.builds(
    lambda column, row, width, height: Rectangle(60 * column, 24 * row, 55 * width, 18 * height),
    st.integers(0, 12),
    st.integers(0, 14),
    st.integers(1, 9),
    st.sampled_from([1, 1, 1, 1, 2, 3, 8]),
)


WIDTHS = st.sampled_from([290, 280, 270, 280, 290, 130])


@st.composite
def columns(draw: st.DrawFn) -> list[Rectangle]:
    """Up to three columns of rows, some with a blank row before them, and lines across columns."""
    found = []
    for column in range(draw(st.integers(1, 3))):
        steps = draw(st.lists(st.sampled_from([24, 24, 24, 48]), min_size=4, max_size=15))
        found += [
            Rectangle(310 * column, top, draw(WIDTHS), 18) for top in accumulate(steps, initial=0)
        ]
    across = draw(st.lists(st.tuples(st.integers(0, 1), st.integers(-2, 20)), max_size=3))
    return [*found, *(Rectangle(310 * column, 24 * row, 560, 18) for column, row in across)]


@st.composite
def pages(draw: st.DrawFn) -> RecognisedPage:
    """A page whose lines have a number each, in words that no rule changes."""
    boxes = draw(
        columns() | columns() | st.lists(ON_A_GRID, max_size=40) | st.lists(ANYWHERE, max_size=20)
    )
    lines = (
        Line(
            f"{draw(st.sampled_from(BEGINNINGS))}q{number}z{draw(st.sampled_from(ENDINGS))}",
            box,
        )
        for number, box in enumerate(boxes)
    )
    return RecognisedPage(1, 900, 900, tuple(lines))


@pytest.mark.parametrize("format_", [md.FORMAT, hocr.FORMAT, alto.FORMAT], ids=lambda it: it.name)
@settings(max_examples=40, deadline=None)
@given(page=pages())
def test_each_line_is_written_once(format_, page):
    check(format_.render(document(page)), page)


@pytest.mark.parametrize("layout", LAYOUTS)
@settings(max_examples=40, deadline=None)
@given(page=pages())
def test_each_line_is_in_the_text_once(layout, page):
    check(txt.render(document(page, options=RenderOptions(layout))), page)


def check(written: bytes, page: RecognisedPage) -> None:
    found = re.findall(r"q(\d+)z", written.decode())
    assert sorted(map(int, found)) == [*range(len(page.lines))]
