"""The rows of a page: lines that stand beside each other, as in the text of the layout ``rows``."""

from __future__ import annotations

import contextlib
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_watcher.service.web.transcript import from_json
from ocr_watcher.service.web.transcript.text_page import MOST_LINES
from ocr_watcher.values.geometry import Rectangle
from ocr_watcher.values.reading import Line, Reading
from tests.engine.fake import FakeEngine
from tests.service.web.image.gallery import Browser, Gallery, browsed, places_in, rows_in
from tests.service.web.image.sidecars import write_json
from tests.simulator.pictures import png

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ocr_watcher.service.web.transcript.text_page import TextPage

RECEIPT = (("Apples 1.2 kg", "3.48"), ("Rye bread", "2.95"), ("TOTAL", "6.43"))


def item(words: str, left: Any, top: Any, **more: Any) -> dict[str, Any]:
    place = {"left": left, "top": top, "width": 40, "height": 10}
    return {"words": words, "page": 1, "location": place} | more


def read(items: Sequence[Any]) -> TextPage:
    content = json.dumps({"words_result": items}).encode()
    page = from_json.text_page_from(content, 1)
    assert page is not None
    return page


def rows_of(page: TextPage) -> list[list[str]]:
    rows: list[list[str]] = []
    for line in page.lines:
        if line.begins_row:
            rows.append([])
        rows[-1].append(line.text)
    return rows


class ReceiptEngine(FakeEngine):
    """Reads every page as a crooked receipt: the price of one row is told before its article."""

    def recognise(self, _page: object) -> Reading:
        return Reading(
            tuple(
                Line(parts[column], Rectangle(10 + 150 * column, 10 + 40 * row, 60, 20))
                for row, parts in enumerate(RECEIPT)
                for column in ((1, 0) if row == 1 else (0, 1))
            )
        )


@pytest.mark.parametrize("formats", [("txt", "json"), ("txt",)], ids=["JSON", "memory"])
def test_the_rows_of_the_page_are_those_of_the_text(
    tmp_path: Path, formats: tuple[str, ...]
) -> None:
    with (
        contextlib.closing(Gallery(tmp_path, formats, ReceiptEngine())) as gallery,
        browsed(gallery) as browser,
    ):
        name = gallery.put("a.png", png("receipt", size=(300, 200)))
        gallery.recognise()
        page = browser.page(name)
        assert rows_in(page) == [(" ".join(parts), False) for parts in RECEIPT]
        written = (gallery.folder / "a.png.txt").read_text().splitlines()
        assert [re.sub(" +", " ", row) for row in written] == [text for text, _ in rows_in(page)]
        assert len(places_in(page)) == 2 * len(RECEIPT)


def test_a_block_begins_with_a_row(gallery: Gallery, browser: Browser) -> None:
    name = gallery.put("a.png", png("a", size=(400, 300)))
    write_json(
        gallery,
        "a.png",
        item("one", 10, 10, block=1, row=1),
        item("two", 90, 10, block=1, row=1),
        item("three", 10, 30, block=2, row=1),
        item("four", 90, 30, block=2, row=1),
        item("five", 10, 50, block=2, row=2),
    )
    assert rows_in(browser.page(name)) == [
        ("one two", False),
        ("three four", True),
        ("five", False),
    ]


@pytest.mark.parametrize(
    ("x", "y"), [((1, 0), (0, 1)), ((-1, 0), (0, -1)), ((0, 1), (-1, 0)), ((-1, 0), (0, 1))]
)
def test_rows_run_as_the_page_does_however_the_file_stores_it(
    x: tuple[int, int], y: tuple[int, int]
) -> None:
    """One row of several is told in the wrong order, as an engine does that sees it crooked."""
    told = [(1, 0), (1, 1), (1, 2), (2, 0), (2, 1), (2, 2), (3, 2), (3, 0), (3, 1)]
    page = read(
        [
            item(
                f"{row}.{column}",
                500 + 100 * column * x[0] + 50 * row * y[0],
                500 + 100 * column * x[1] + 50 * row * y[1],
                block=1,
                row=row,
            )
            for row, column in told
        ]
    )
    assert rows_of(page) == [[f"{row}.{column}" for column in range(3)] for row in (1, 2, 3)]


def test_a_row_with_a_line_of_unknown_place_keeps_its_order() -> None:
    unknown = {"words": "a", "page": 1, "block": 1, "row": 1}
    page = read([item("b", 90, 10, block=1, row=1), unknown, item("c", 10, 10, block=1, row=1)])
    assert rows_of(page) == [["b", "a", "c"]]


@pytest.mark.parametrize(
    "odd",
    [0, -1, 10**7, 10**400, "1", "x" * 1000, None, True, 1.0, 1e300, float("nan"), [], {}, [[1]]],
    ids=lambda odd: repr(odd)[:12],
)
@pytest.mark.parametrize("key", ["block", "row"])
def test_lines_whose_block_or_row_makes_no_sense_stand_in_rows_of_their_own(
    key: str, odd: Any
) -> None:
    good = {"block": 1, "row": 1}
    page = read([item(words, 10, 10, **(good | {key: odd})) for words in "ab"])
    assert rows_of(page) == [["a"], ["b"]]
    # They part no row of others.
    others = [item("c", 10, 10, **good), item("x", 10, 10, **(good | {key: odd}))]
    page = read([*others, item("d", 90, 10, **good)])
    assert ["c", "d"] in rows_of(page)


def test_a_row_of_more_lines_than_a_page_can_have_is_cut() -> None:
    page = read([item("x", n, 10, block=1, row=1) for n in range(2 * MOST_LINES)])
    assert (len(page.lines), page.is_cut) == (MOST_LINES, True)
    assert len(rows_of(page)) == 1


_numbers = st.integers(-2, 3) | st.integers() | st.floats() | st.text(max_size=3) | st.none()
_lines = st.lists(
    st.builds(
        lambda left, top, block, row: item("x", left, top, block=block, row=row),
        _numbers,
        _numbers,
        _numbers,
        _numbers,
    ),
    max_size=12,
)


@given(_lines)
def test_every_line_stands_in_one_row_whatever_places_are_told(items: list[Any]) -> None:
    page = read(items)
    assert len(page.lines) == len(items)
    assert all(line.begins_row for line in page.lines[:1])
    assert all(line.begins_row for line in page.lines if line.begins_block)
