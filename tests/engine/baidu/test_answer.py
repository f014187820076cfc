from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_watcher.engine.baidu.answer import reading
from ocr_watcher.engine.baidu.client import Answer
from ocr_watcher.errors import EngineError, ImageError, OversizeError, TransientError
from ocr_watcher.values.dialect import line_of
from ocr_watcher.values.reading import Line, Reading

NOT_JSON = {
    "nothing": b"",
    "white space": b" \n",
    "HTML": b"<html><body>502 Bad Gateway</body></html>",
    "cut JSON": b'{"log_id": 1, "words_result": [{"words": "a',
    "null": b"null",
    "a list": b"[]",
    "a number": b"1",
    "text": b'"words_result"',
    "invalid UTF-8": b'{"words_result": [{"words": "\xff"}]}',
    "UTF-16": '{"words_result": []}'.encode("utf-16"),
    "NaN": b'{"words_result": [], "direction": NaN}',
    "infinity": b'{"words_result": [], "direction": -Infinity}',
    "a float beyond all": b'{"words_result": [], "direction": 1e999}',
    "a very large integer": b'{"words_result": [], "log_id": ' + b"9" * 300 + b"}",
    "an integer Python refuses": b'{"words_result": [], "log_id": ' + b"9" * 5000 + b"}",
    "deep nesting": b'{"words_result": [], "x": ' + b"[" * 100 + b"]" * 100 + b"}",
    "too many values": b'{"words_result": [], "x": [' + b"0," * 400_000 + b"0]}",
    "very deep nesting": b'{"a":' * 200_000,
}
ODD: dict[str, Any] = {
    "no words_result": {},
    "no words_result, but a number": {"words_result_num": 2},
    "words_result null": {"words_result": None, "words_result_num": 1},
    "words_result an object": {"words_result": {}},
    "words_result text": {"words_result": "words"},
    "too many lines": {"words_result": [{"words": "a"}] * 20_001},
    "a line null": {"words_result": [None]},
    "a line text": {"words_result": ["words"]},
    "a line without words": {"words_result": [{"location": {}}]},
    "words a number": {"words_result": [{"words": 5}]},
    "words null": {"words_result": [{"words": None}]},
    "error_code a list": {"error_code": [18]},
    "error_code true": {"error_code": True},
    "error_code a float": {"error_code": 18.5},
}


def read(body: bytes, status: int = 200) -> Reading:
    return reading(Answer(status, body))


def read_json(content: Any) -> Reading:
    return read(json.dumps(content).encode())


@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON)
def test_what_is_no_json_object_is_a_malformed_answer(body: bytes) -> None:
    with pytest.raises(TransientError) as caught:
        read(body)
    assert caught.value.code == "malformed-answer"
    assert caught.value.__context__ is None


def test_the_densest_page_with_the_place_of_each_character_is_read() -> None:
    place = {"left": 1, "top": 2, "width": 3, "height": 4}
    chars = [{"char": "x", "location": place}] * 100
    lines = [{"words": "x" * 100, "location": place, "chars": chars}] * 400
    assert len(read_json({"words_result": lines}).lines) == 400


def test_an_answer_is_nested_32_deep_at_most() -> None:
    def nested(deep: int) -> bytes:
        lists = deep - 1  # within the object itself
        return b'{"words_result": [], "x": ' + b"[" * lists + b"]" * lists + b"}"

    assert read(nested(32)).lines == ()
    with pytest.raises(TransientError):
        read(nested(33))


@pytest.mark.parametrize("content", ODD.values(), ids=ODD)
def test_an_object_of_another_shape_is_a_malformed_answer(content: dict[str, Any]) -> None:
    with pytest.raises(TransientError) as caught:
        read_json(content)
    assert caught.value.code == "malformed-answer"


@given(st.binary(max_size=60))
def test_no_bytes_raise_anything_but_our_errors(body: bytes) -> None:
    with pytest.raises(EngineError):
        read(body)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(
    st.dictionaries(
        st.sampled_from(["words_result", "words_result_num", "error_code", "error_msg", "log_id"]),
        json_values | st.lists(st.fixed_dictionaries({"words": json_values})),
    )
)
def test_whatever_the_fields_hold_the_outcome_can_be_written_as_json(fields: Any) -> None:
    try:
        outcome = read_json(fields)
    except EngineError as error:
        str(error).encode()
        return
    content = [outcome.details, [line.text for line in outcome.lines]]
    json.dumps(content, ensure_ascii=False, allow_nan=False).encode()


def test_lines_keep_their_order_and_their_fields() -> None:
    location = {"left": 1, "top": 2, "width": 3, "height": 4}
    outcome = read_json(
        {
            "words_result": [{"words": "b", "location": location}, {"words": "a"}],
            "words_result_num": 2,
        }
    )
    assert outcome == Reading(lines=(line_of("b", {"location": location}), Line("a")), details={})


def test_a_page_without_text_is_a_success() -> None:
    assert read_json({"words_result": [], "words_result_num": 0}) == Reading(lines=())


@pytest.mark.parametrize("number", [0, "0"])
def test_a_page_without_text_may_lack_the_list(number: int | str) -> None:
    assert read_json({"words_result_num": number, "log_id": 1}).lines == ()


@pytest.mark.parametrize("code", [0, "0", None])
def test_an_error_code_of_zero_is_no_error(code: Any) -> None:
    assert read_json({"error_code": code, "words_result": []}).lines == ()


def test_all_else_the_service_told_is_kept() -> None:
    outcome = read_json({"words_result": [], "direction": 0, "paragraphs_result": [{"x": [0]}]})
    assert outcome.details == {"direction": 0, "paragraphs_result": [{"x": [0]}]}


@pytest.mark.parametrize("log_id", [2**64 - 1, 2**53 + 1, "18446744073709551615"])
def test_a_large_log_id_is_kept_exactly(log_id: int | str) -> None:
    assert read_json({"words_result": [], "log_id": log_id}).details == {"log_id": log_id}


def test_lone_surrogates_are_replaced_wherever_they_are() -> None:
    body = rb'{"words_result": [{"words": "a\ud800b", "x\udfff": ["\ude00\ud83d"]}]}'
    (line,) = read(body).lines
    assert line == line_of("a\ufffdb", {"x\ufffd": ["\ufffd\ufffd"]})


def test_characters_beyond_16_bits_stay_whole() -> None:
    (line,) = read(rb'{"words_result": [{"words": "\ud83d\ude00"}]}').lines
    assert line.text == "😀"


@pytest.mark.parametrize("status", [500, 502, 503, 504, 599, 429])
def test_an_overloaded_service_is_waited_for(status: int) -> None:
    with pytest.raises(TransientError) as caught:
        read(b"<html>", status)
    assert caught.value.code == f"http-{status}"


@pytest.mark.parametrize("status", [204, 301, 302, 307, 400, 401, 403, 404, 407])
def test_a_status_that_does_not_belong_there_is_waited_for_with_advice(status: int) -> None:
    with pytest.raises(TransientError, match=f"HTTP status {status}") as caught:
        read(b"", status)
    assert "proxy" in caught.value.advice


def test_a_413_means_a_smaller_rendering() -> None:
    with pytest.raises(OversizeError) as caught:
        read(b"<html>Request Entity Too Large</html>", 413)
    assert caught.value.code == "http-413"


@pytest.mark.parametrize("status", [400, 403, 500])
def test_an_error_code_counts_whatever_the_http_status(status: int) -> None:
    with pytest.raises(ImageError) as caught:
        read(b'{"error_code": 216201, "error_msg": "image format error"}', status)
    assert caught.value.code == 216201


def test_words_that_come_with_an_error_status_are_not_trusted() -> None:
    with pytest.raises(TransientError, match="HTTP status 500"):
        read(b'{"words_result": [{"words": "half"}]}', 500)
