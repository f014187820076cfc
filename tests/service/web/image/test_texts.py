"""The texts of pages, from sidecars that may hold anything."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_watcher.index.folding import words_of
from ocr_watcher.service.web.transcript import from_json, from_text
from ocr_watcher.service.web.transcript.best_row import place_of
from ocr_watcher.service.web.transcript.text_page import (
    MOST_CHARACTERS,
    MOST_LINES,
    TextLine,
    TextPage,
    bounded,
)
from ocr_watcher.service.web.views.image_lines import shown_lines
from ocr_watcher.values.geometry import Rectangle

BOX = {"left": 10, "top": 20, "width": 30, "height": 5}


def read(told: Any, number: int = 1) -> Any:
    content = told if isinstance(told, bytes) else json.dumps(told).encode()
    return from_json.text_page_from(content, number)


def item(words: Any = "words", page: Any = 1, **more: Any) -> dict[str, Any]:
    return {"words": words, "page": page, **more}


def test_a_line_has_its_place_and_score() -> None:
    corners = [{"x": x, "y": y} for x, y in ((1, 2), (9, 2), (9, 4), (1, 4))]
    told = {
        "words_result": [
            item("boxed", location=BOX, probability={"average": 0.5}),
            item("cornered", location=BOX, vertexes_location=corners),
            item("bare"),
        ],
        "pages": [{"page": 1, "width": 100, "height": 50}],
        "engine": {"name": "baidu", "endpoint": "general"},
        "recognized_at": "2026-01-31T12:00:00+08:00",
    }
    page = read(told)
    assert [line.text for line in page.lines] == ["boxed", "cornered", "bare"]
    assert page.lines[0].quad == ((10, 20), (40, 20), (40, 25), (10, 25))
    assert page.lines[0].is_doubtful
    assert page.lines[1].quad == ((1, 2), (9, 2), (9, 4), (1, 4))
    assert (page.lines[2].quad, page.lines[2].score) == (None, None)
    assert (page.size, page.pages, page.engine) == ((100, 50), 1, "baidu general")
    assert page.read_at == 1_769_832_000


def test_lines_stand_in_the_order_of_their_blocks_and_rows() -> None:
    told = {
        "words_result": [
            item("4", block=2, row=2),
            item("1", block=1, row=1),
            item("3", block=2, row=1),
            item("2", block=1, row=2),
            item("other page", page=2, block=1, row=1),
        ]
    }
    page = read(told)
    assert [line.text for line in page.lines] == ["1", "2", "3", "4"]
    assert [line.begins_block for line in page.lines] == [False, False, True, False]
    assert [line.text for line in read(told, 2).lines] == ["other page"]
    assert read(told, 3).lines == ()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe\x00",
        b"[]",
        b"null",
        b"{}",
        b'{"words_result": 3}',
        b'{"words_result": {"a": 1}}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"words_result": [' + b"[" * 100_000,
        b'{"words_result": [], "log_id": ' + b"9" * 100_000 + b"}",
        b'{"words_result": [' + b"[]," * 70_000 + b"[]]}",
    ],
)
def test_what_is_no_such_json_is_none(content: bytes) -> None:
    assert read(content) is None


@pytest.mark.parametrize(
    "odd",
    [
        3,
        None,
        [],
        "text",
        {},
        item(words=3),
        item(words=None),
        item(page="1"),
        item(page=True),
        item(page=1.0),
        item(page=10**400),
        item(page=-1),
    ],
)
def test_items_of_another_shape_are_left_out(odd: Any) -> None:
    page = read({"words_result": [odd, item("good")], "pages": 3, "engine": [], "recognized_at": 1})
    assert [line.text for line in page.lines] == ["good"]
    assert (page.size, page.engine, page.read_at) == (None, "", None)


@pytest.mark.parametrize(
    "odd",
    [
        *(
            "",
            "yesterday",
            "2026-01-31",
            "2026-01-31T12:00:00",
            "9999-99-99T00:00:00Z",
            "x" * 10**5,
        ),
        *(1, 10**400, float("nan"), None, True, [], {}),
    ],
    ids=lambda odd: repr(odd)[:20],
)
def test_a_time_that_is_none_is_unknown(odd: Any) -> None:
    assert read({"words_result": [], "recognized_at": odd}).read_at is None


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_a_time_at_the_end_of_the_calendar_is_a_time(year: str) -> None:
    for told in (f"{year}-01-01T00:00:00+14:00", f"{year}-12-31T23:59:59-14:00"):
        assert isinstance(read({"words_result": [], "recognized_at": told}).read_at, float)


@pytest.mark.parametrize(
    "more",
    [
        b'"location": {"left": NaN, "top": 1, "width": 1, "height": 1}',
        b'"location": {"left": 1e999, "top": 1, "width": 1, "height": 1}',
        b'"location": {"left": 1' + b"0" * 400 + b', "top": 1, "width": 1, "height": 1}',
        b'"location": {"left": "1", "top": 1, "width": 1, "height": 1}',
        b'"location": {"left": true, "top": 1, "width": 1, "height": 1}',
        b'"location": {"left": 1}',
        b'"location": [1, 2, 3, 4]',
        b'"location": null',
        b'"vertexes_location": [{"x": 1, "y": 1}]',
        b'"vertexes_location": [1, 2, 3, 4]',
        b'"vertexes_location": [{}, {}, {}, {}]',
    ],
)
def test_a_place_that_is_none_is_no_place(more: bytes) -> None:
    page = read(b'{"words_result": [{"words": "good", "page": 1, ' + more + b"}]}")
    assert [(line.text, line.quad) for line in page.lines] == [("good", None)]


@pytest.mark.parametrize("score", [b"NaN", b"2", b"-1", b'"0.5"', b"true", b"1e999", b"[]"])
def test_a_score_that_is_none_is_no_score(score: bytes) -> None:
    told = b'{"words_result": [{"words": "good", "page": 1, "probability": {"average": %s}}]}'
    (line,) = read(told % score).lines
    assert line.score is None
    assert not line.is_doubtful


def test_a_page_with_too_many_lines_is_cut() -> None:
    page = read({"words_result": [item("line")] * (MOST_LINES + 1)})
    assert (len(page.lines), page.is_cut) == (MOST_LINES, True)
    assert not read({"words_result": [item("line")] * MOST_LINES}).is_cut


def test_a_page_with_too_much_text_is_cut() -> None:
    lines, is_cut = bounded([TextLine("x" * (MOST_CHARACTERS - 1)), TextLine("yy")])
    assert (len(lines), is_cut) == (1, True)


_scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters())
_anything = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
_keys = st.sampled_from(
    ["words", "page", "location", "vertexes_location", "probability", "block", "row", "left", "x"]
)
_items = st.lists(st.dictionaries(_keys, _anything, max_size=6) | _anything, max_size=5)


@given(st.fixed_dictionaries({"words_result": _items}, optional={"pages": _items}), st.integers())
def test_whatever_json_holds_is_a_page_or_none(told: dict[str, Any], number: int) -> None:
    page = read(told, number)
    assert page is None or all(isinstance(line.text, str) for line in page.lines)


def test_a_text_has_lines_and_pages() -> None:
    content = "\ufeffone\n\ntwo\n\fthree\n".encode()
    first = from_text.text_page_from(content, 1, is_whole=True)
    assert [line.text for line in first.lines] == ["one", "two"]
    assert [line.begins_block for line in first.lines] == [False, True]
    assert (first.pages, first.is_cut) == (2, False)
    assert [each.text for each in from_text.text_page_from(content, 2, is_whole=True).lines] == [
        "three"
    ]
    assert from_text.text_page_from(content, 3, is_whole=True).lines == ()


def test_a_text_that_is_cut_off_says_so_on_its_last_page() -> None:
    content = b"one\f\xff\xfetwo"
    assert not from_text.text_page_from(content, 1, is_whole=False).is_cut
    assert from_text.text_page_from(content, 2, is_whole=False).is_cut


def lines(*texts: str, rows: tuple[int, ...] = ()) -> list[TextLine]:
    """Lines below each other; those of some numbers stand beside the one before."""
    return [
        TextLine(
            text,
            Rectangle(10 * number, 10 * number, 5, 5).corners,
            begins_row=number not in rows,
        )
        for number, text in enumerate(texts)
    ]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("total", "The TOTAL is 12"),
        ("\uff11\uff12 total", "The TOTAL is 12"),
        ("客户", "客户 松林小学"),
        ("STRASSE", "Lange Straße"),
        ("12", "12 first"),
        ("absent", None),
        ("", None),
        ("   ", None),
    ],
)
def test_the_place_of_a_hit_is_the_line_that_has_the_most_of_its_words(
    words: str, found: str | None
) -> None:
    texts = ("12 first", "The TOTAL is 12", "客户 松林小学", "Lange Straße", "12 again")
    at = None if found is None else 10 * texts.index(found)
    expected = None if at is None else Rectangle(at, at, 5, 5)
    assert place_of(lines(*texts), words_of([words])) == expected


def test_the_words_of_a_row_count_together_and_its_place_is_all_of_it() -> None:
    page = lines("bread", "bread", "2.95", "2.95", rows=(2,))
    assert place_of(page, words_of(["bread 2.95"])) == Rectangle(10, 10, 15, 15)


def test_all_lines_of_a_row_that_have_a_word_are_marked() -> None:
    page = TextPage(tuple(lines("bread", "Rye bread", "each", "2.95", "2.95", rows=(2, 3))), "")
    shown = shown_lines(page, None, words_of(["bread 2.95"]))
    assert [line.text for line in shown if line.is_found] == ["Rye bread", "2.95"]
    assert shown[3].is_found
    assert not shown[4].is_found


def test_a_line_without_a_place_has_no_cutout() -> None:
    assert place_of([TextLine("total")], ("total",)) is None


def test_what_the_index_finds_far_behind_is_found_on_the_page() -> None:
    (page,) = lines("x" * 5_000 + " total")
    assert place_of([page], words_of(["TOTAL"])) is not None


def test_a_search_is_bounded_whatever_a_page_has() -> None:
    page = lines("a" + "\u0301" * 100_000, "\ufdfa" * 100_000)
    began = time.thread_time()
    assert place_of(page, ("absent",)) is None
    assert time.thread_time() - began < 2.0
