"""The text of a page, as a sandbox tells it that its author may control."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ocr_watcher.pages.sandbox import own_text
from ocr_watcher.pages.types import MOST_OWN_CHARACTERS, MOST_OWN_LINES
from ocr_watcher.processes.wire import NONSENSE
from ocr_watcher.values.geometry import Rectangle
from ocr_watcher.values.reading import Line
from ocr_watcher.values.word import Word

SIZE = (600, 800)
BOX = Rectangle(10, 20, 30, 40)
LINE = Line("words", BOX, BOX.corners)
TOLD = own_text.facts_of([LINE])[0]


def test_lines_arrive_as_they_were_told():
    assert own_text.lines_from(own_text.facts_of([LINE, LINE]), SIZE) == (LINE, LINE)
    assert own_text.lines_from(None, SIZE) is None


def told(**changes: Any) -> list[Any]:
    return own_text.facts_of([replace(LINE, **changes)])


@pytest.mark.parametrize(
    "told",
    [
        [],
        [[]],
        7,
        [TOLD] * (MOST_OWN_LINES + 1),
        told(text="x" * (MOST_OWN_CHARACTERS + 1)),
        told(text=""),
        told(box=Rectangle(10, 20, 591, 40)),
        told(quad=((10, 20), (30, 801), (10, 20), (30, 40))),
        told(score=0.5),
        told(words=(Word("words", BOX.corners),)),
    ],
)
def test_any_other_answer_is_nonsense(told: Any):
    with pytest.raises(NONSENSE):
        own_text.lines_from(told, SIZE)
