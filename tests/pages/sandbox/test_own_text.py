"""The text of a page, as a sandbox tells it that its author may control."""

from __future__ import annotations

from typing import Any

import pytest

from ocr_watcher.pages.sandbox import own_text
from ocr_watcher.pages.types import MOST_OWN_CHARACTERS, MOST_OWN_LINES
from ocr_watcher.processes.wire import NONSENSE
from ocr_watcher.values.geometry import Rectangle
from ocr_watcher.values.reading import Line

SIZE = (600, 800)
BOX = Rectangle(10, 20, 30, 40)
LINE = Line("words", BOX, BOX.corners)
TOLD = own_text.told([LINE])[0]


def with_text(text: object) -> list[Any]:
    return [text, *TOLD[1:]]


def test_lines_arrive_as_they_were_told():
    assert own_text.lines_from(own_text.told([LINE, LINE]), SIZE) == (LINE, LINE)
    assert own_text.lines_from(None, SIZE) is None


@pytest.mark.parametrize(
    "told",
    [
        [],
        [[]],
        7,
        [TOLD] * (MOST_OWN_LINES + 1),
        [with_text("x" * (MOST_OWN_CHARACTERS + 1))],
        [with_text("")],
        [with_text(7)],
        [["words", [10, 20, 30], TOLD[2]]],
        [["words", [10, 20, 30, "40"], TOLD[2]]],
        [["words", [10, 20, 591, 40], TOLD[2]]],
        [["words", [-1, 20, 30, 40], TOLD[2]]],
        [["words", TOLD[1], [10, 20, 30, 801, 10, 20, 30, 40]]],
        [["words", TOLD[1], [float("nan")] * 8]],
        [["words", TOLD[1], [True] * 8]],
        [["words", TOLD[1], TOLD[2], "more"]],
    ],
)
def test_any_other_answer_is_nonsense(told: Any):
    with pytest.raises(NONSENSE):
        own_text.lines_from(told, SIZE)
