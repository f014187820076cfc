import json
from datetime import datetime, timedelta, timezone

import pytest

from ocr_watcher import __version__
from ocr_watcher.document.document import Document, RenderOptions, Source
from ocr_watcher.document.page import RecognisedPage
from ocr_watcher.formats.json import render
from ocr_watcher.values.dialect import line_of
from ocr_watcher.values.reading import EngineIdentity, Line
from tests.document.paper import drawn

SOURCE = Source("scan.jpg", 12, 1_700_000_000_250_000_000, "ab" * 32)
BAIDU = EngineIdentity("baidu", "general", {"detect_direction": "true"})
AT = datetime(2024, 5, 1, 8, 0, tzinfo=timezone(timedelta(hours=8)))


def page(*words: str, number: int = 1, **details) -> RecognisedPage:
    return RecognisedPage(number, 600, 800, tuple(Line(word) for word in words), details)


def parsed(*pages: RecognisedPage, source: Source = SOURCE) -> dict:
    return json.loads(render(Document(pages, source, BAIDU, AT)))


def test_a_surrogate_becomes_a_question_mark():
    assert parsed(page("a\ud800b"))["words_result"][0]["words"] == "a?b"


def test_the_json_has_the_names_of_baidus_answers_and_ours():
    place = {"left": 1, "top": 2, "width": 3, "height": 4}
    line = line_of("发票", {"location": place, "probability": {"average": 0.9}})
    first = RecognisedPage(1, 600, 800, (line,), {"log_id": 2**64 - 1, "direction": 0})
    second = page("x", "y", number=2, log_id=7)
    assert parsed(first, second) == {
        "log_id": 2**64 - 1,
        "words_result_num": 3,
        "words_result": [
            {
                "words": "发票",
                "page": 1,
                "location": place,
                "probability": {"average": 0.9},
                "block": 1,
                "row": 1,
            },
            {"words": "x", "page": 2},
            {"words": "y", "page": 2},
        ],
        "pages": [
            {
                "page": 1,
                "width": 600,
                "height": 800,
                "words_result_num": 1,
                "log_id": 2**64 - 1,
                "direction": 0,
            },
            {"page": 2, "width": 600, "height": 800, "words_result_num": 2, "log_id": 7},
        ],
        "source": {
            "name": "scan.jpg",
            "size": 12,
            "modified": "2023-11-14T22:13:20.250000Z",
            "sha256": "ab" * 32,
        },
        "engine": {"name": "baidu", "endpoint": "general", "options": {"detect_direction": "true"}},
        "recognized_at": "2024-05-01T00:00:00Z",
        "ocr_watcher": __version__,
    }


def test_the_json_is_text_that_people_can_read():
    rendered = render(Document((page("发票"),), SOURCE, BAIDU, AT))
    assert "发票".encode() in rendered
    assert rendered.endswith(b"}\n")
    assert rendered.count(b"\n") > 20


def test_compact_json_is_one_line_that_means_the_same():
    document = Document((page("a"),), SOURCE, BAIDU, AT, options=RenderOptions(compact=True))
    rendered = render(document)
    assert rendered.count(b"\n") == 1
    assert json.loads(rendered) == parsed(page("a"))


def test_without_text_or_a_log_id_the_json_says_so():
    empty = parsed(page())
    assert (empty["words_result_num"], empty["words_result"]) == (0, [])
    assert "log_id" not in empty


def test_what_the_engine_adds_does_not_overwrite_what_we_know():
    line = line_of("ours", {"words": "theirs", "page": 9})
    theirs = {"page": 9, "words_result_num": 9, "low_confidence": 9}
    result = parsed(RecognisedPage(1, 600, 800, (line,), theirs))
    assert result["words_result"] == [{"words": "ours", "page": 1}]
    assert result["pages"] == [{"page": 1, "width": 600, "height": 800, "words_result_num": 1}]


def test_a_page_whose_text_is_to_be_doubted_is_told_with_its_score():
    doubtful = RecognisedPage(1, 600, 800, (), {}, low_confidence=0.41)
    sure = RecognisedPage(2, 600, 800, (), {})
    scores = [told.get("low_confidence") for told in parsed(doubtful, sure)["pages"]]
    assert scores == [0.41, None]


def test_a_name_that_is_not_utf_8_is_shown_escaped():
    source = Source("a\n\udcff.jpg", 1, 0, None)
    assert parsed(page(), source=source)["source"] == {
        "name": "a\\n\\udcff.jpg",
        "size": 1,
        "modified": "1970-01-01T00:00:00Z",
        "sha256": None,
    }


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (-1, "1969-12-31T23:59:59Z"),
        (1 << 40, "9999-12-31T23:59:59.999999Z"),
        (-(1 << 40), "0001-01-01T00:00:00Z"),
    ],
)
def test_a_date_that_the_calendar_does_not_hold_is_shown_as_its_last_or_first(seconds, shown):
    source = Source("a.jpg", 1, seconds * 10**9, None)
    assert parsed(page(), source=source)["source"]["modified"] == shown


def test_what_a_terminal_would_act_upon_is_escaped_in_json_and_means_the_same():
    odd = "a\x1b[1m\x7f\x85\x9b31m\u202etxt.exe\u2066\u2028\ufeff\U000e0041 é 発票\u3000\u200dz"
    pages = (RecognisedPage(1, 600, 800, (line_of(odd, {odd: odd}),), {odd: 1}),)
    rendered = render(Document(pages, SOURCE, BAIDU, AT))
    shown = rendered.decode()
    assert {c for c in shown if not c.isprintable()} == {"\n", "\u3000", "\u200d"}
    assert json.loads(rendered)["words_result"][0] == {odd: odd, "words": odd, "page": 1}
    assert "\\u0085" in shown
    assert "\\u202e" in shown
    assert "発票" in shown


def test_each_line_has_the_numbers_of_its_block_and_row_where_it_has_a_place():
    found = parsed(drawn("left      right\nbelow"))["words_result"]
    assert [(item["words"], item["block"], item["row"]) for item in found] == [
        ("left", 1, 1),
        ("right", 1, 1),
        ("below", 1, 2),
    ]
