"""Whatever the process tells is checked: the author of a page may control it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ocr_watcher.engine.local.process import messages
from ocr_watcher.engine.local.process.messages import Loading, Ready
from ocr_watcher.errors import ImageError
from ocr_watcher.processes.wire import NONSENSE, Message
from ocr_watcher.values.geometry import Rectangle
from ocr_watcher.values.reading import Line, Reading
from ocr_watcher.values.word import Word

SIZE = (600, 800)
BOX = Rectangle(10, 20, 300, 40)
LINE = Line("two words", BOX, BOX.corners, 0.9, words=(Word("two", BOX.corners, 0.8),))
DETAILS = {"direction": 3, "unread_characters": 2, "unread_ink": True}
READING = Reading((LINE, LINE), DETAILS)
TOLD = messages.reading_told(READING, SIZE).facts


def over_the_wire(facts: object) -> Message:
    return Message(json.loads(json.dumps(facts)))


def test_a_reading_arrives_as_it_was():
    assert messages.reading_from(over_the_wire(TOLD), SIZE) == READING
    nothing = Reading((), {"direction": -1})
    told = messages.reading_told(nothing, SIZE)
    assert messages.reading_from(told, SIZE) == nothing


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"lines": []},
        {"details": {}, "lines": None},
        {**TOLD, "lines": 7},
        {**TOLD, "details": {}},
        {**TOLD, "details": []},
        {**TOLD, "details": {"direction": 4}},
        {**TOLD, "details": {"direction": True}},
        {**TOLD, "details": {"direction": "0"}},
        {**TOLD, "details": {"direction": 0, "unread_characters": -1}},
        {**TOLD, "details": {"direction": 0, "unread_characters": 10**30}},
        {**TOLD, "details": {"direction": 0, "log_id": 1}},
        {**TOLD, "error": {}},
        {**TOLD, "error": 7},
    ],
)
def test_any_other_answer_is_nonsense(facts: Any):
    with pytest.raises(NONSENSE):
        messages.reading_from(over_the_wire(facts), SIZE)


def test_what_is_rounded_beyond_its_bounds_is_moved_to_them():
    corners = ((-1, 20), (601, 20), (601, 801), (-1, 801))
    words = (Word("x", corners, 1.0000001),)
    line = Line("words", Rectangle(-1, 20, 602, 781), corners, 1.0000001, words=words)
    told = messages.reading_told(Reading((line,), {"direction": 0}), SIZE)
    (arrived,) = messages.reading_from(told, SIZE).lines
    assert arrived.box == Rectangle(0, 20, 600, 780)
    assert arrived.quad == arrived.words[0].quad == arrived.box.corners
    assert arrived.score == arrived.words[0].score == 1


def test_more_text_than_the_daemon_takes_fails_the_page_and_not_the_process():
    line = Line("x" * (messages.BOUNDS.characters + 1), BOX, BOX.corners, 0.9)
    with pytest.raises(ImageError, match="200001 characters"):
        messages.reading_told(Reading((line,), {"direction": 0}), SIZE)


def test_the_most_text_of_a_page_fits_into_an_answer():
    word = Word("字", Rectangle(3990, 3990, 10, 10).corners, 0.1234)
    box = Rectangle(1000, 1000, 2000, 2000)
    line = Line(1000 * "字", box, box.corners, 0.123456789, words=(word,) * 1000)
    told = messages.reading_told(Reading((line,), {"direction": 0}), (4000, 4000))
    most = messages.BOUNDS.characters // 1000 * len(json.dumps(told.facts))
    assert most < messages.MOST_FACTS


READY = Ready("models", "a library", 2)


def test_what_was_loaded_arrives_as_it_was():
    assert messages.ready_from(messages.ready_told(READY)) == READY


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"names": "models", "backend": "a library"},
        {"names": 7, "backend": "a library", "threads": 2},
        {"names": "mo\ndels", "backend": "a library", "threads": 2},
        {"names": "models", "backend": None, "threads": 2},
        {"names": "models", "backend": "a library", "threads": 1.5},
        {"names": "models", "backend": "a library", "threads": 0},
    ],
)
def test_any_other_telling_of_what_was_loaded_is_nonsense(facts: Any):
    with pytest.raises(NONSENSE):
        messages.ready_from(over_the_wire(facts))


def test_how_to_load_arrives_as_it_was():
    strange = Path("/models/\udcff\u00fc.onnx")  # a name that is not UTF-8
    for loading in (
        Loading(2, 2000, (), 300.0, "auto", "cpu"),
        Loading(1, 9, (strange, strange), 0.5, "openvino", "GPU.1"),
    ):
        assert messages.loading_from(messages.loading_told(loading)) == loading
