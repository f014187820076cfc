from __future__ import annotations

import json
from typing import Any

import pytest

from ocr_watcher.processes.wire import NONSENSE
from ocr_watcher.values import line_facts
from ocr_watcher.values.geometry import Rectangle
from ocr_watcher.values.line_facts import TextBounds
from ocr_watcher.values.reading import Line
from ocr_watcher.values.word import Word

SIZE = (600, 800)
BOUNDS = TextBounds(lines=3, characters=30)
BOX = Rectangle(10, 20, 30, 40)
WORD = Word("two", BOX.corners, 0.25)
LINE = Line("two words", BOX, BOX.corners, 1.0, words=(WORD, Word("words", BOX.corners)))
TOLD = line_facts.told([LINE])[0]
QUAD = TOLD[2]


def arrived(told: Any) -> tuple[Line, ...]:
    return line_facts.lines_from(json.loads(json.dumps(told)), SIZE, BOUNDS)


def changed(at: int, value: object) -> list[Any]:
    return [[*TOLD[:at], value, *TOLD[at + 1 :]]]


def test_lines_arrive_as_they_were():
    plain = Line("plain", BOX, BOX.corners)
    assert arrived(line_facts.told([LINE, plain])) == (LINE, plain)
    assert arrived([]) == ()


@pytest.mark.parametrize(
    "told",
    [
        7,
        [[]],
        [TOLD] * 4,
        changed(0, "x" * 31),
        changed(0, ""),
        changed(0, 7),
        changed(0, "\ud800"),
        changed(1, [10, 20, 30]),
        changed(1, [10, 20, 30, "40"]),
        changed(1, [10, 20, 591, 40]),
        changed(1, [-1, 20, 30, 40]),
        changed(2, [10, 20, 30, 801, 10, 20, 30, 40]),
        changed(2, [float("nan")] * 8),
        changed(2, [True] * 8),
        changed(2, [1.5] * 8),
        changed(3, 1.5),
        changed(3, float("nan")),
        changed(3, float("inf")),
        changed(3, True),
        changed(3, "0.9"),
        changed(4, None),
        changed(4, [["word", QUAD]]),
        changed(4, [["word", QUAD[:-1], 0.5]]),
        changed(4, [["word", QUAD, 2]]),
        changed(4, [["", QUAD, 0.5]]),
        changed(4, [["word" * 8, QUAD, 0.5]]),
        [[*TOLD, "more"]],
    ],
)
def test_any_other_answer_is_nonsense(told: Any):
    with pytest.raises(NONSENSE):
        arrived(told)
