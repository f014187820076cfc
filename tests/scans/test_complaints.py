"""Whatever can be wrong beside a scan is complained of."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.scans.complaints import Beside, complaints
from tests.scans.drawing import drawn
from tests.scans.scan import Scan, scan

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = drawn((300, 200), [(1, 20, 20, 70), (2, 150, 20, 70), (3, 20, 110, 70)])
SCAN = scan("page.png", b"", PAGE)
LOCKED = Scan("locked.pdf", b"", (), refusal="encrypted")


def right() -> dict[str, Any]:
    lines = [
        {
            "words": word.words,
            "page": 1,
            "location": {"left": word.edges[0], "top": word.edges[1], "width": 70, "height": 70},
        }
        for word in PAGE.words
    ]
    page = {"page": 1, "width": 300, "height": 200, "direction": 0}
    return {"words_result": lines, "pages": [page]}


def wrong(answer: dict[str, Any], *, located: bool = True) -> list[str]:
    text = "".join(f"{line['words']}\n" for line in answer["words_result"])
    return complaints(SCAN, Beside(text, answer, {}), located=located)


def lose(answer: dict[str, Any]) -> None:
    answer["words_result"].pop()


def double(answer: dict[str, Any]) -> None:
    answer["words_result"].append(copy.deepcopy(answer["words_result"][-1]))


def swap(answer: dict[str, Any]) -> None:
    answer["words_result"].reverse()


def move(answer: dict[str, Any]) -> None:
    answer["words_result"][1]["location"]["left"] += 3


def widen(answer: dict[str, Any]) -> None:
    answer["words_result"][1]["location"]["width"] += 3


def turn(answer: dict[str, Any]) -> None:
    answer["pages"][0]["direction"] = 1


def reduce_page(answer: dict[str, Any]) -> None:
    answer["pages"][0]["width"] = 150


def add_page(answer: dict[str, Any]) -> None:
    answer["pages"].append(answer["pages"][0] | {"page": 2})


def test_nothing_is_wrong_with_the_truth() -> None:
    assert wrong(right()) == []


@pytest.mark.parametrize("fault", [lose, double, swap, move, widen, turn, reduce_page, add_page])
def test_each_fault_is_one_complaint(fault: Callable[[dict[str, Any]], None]) -> None:
    answer = right()
    fault(answer)
    assert len(wrong(answer)) == 1


def test_places_do_not_matter_where_the_endpoint_tells_none() -> None:
    answer = right()
    for line in answer["words_result"]:
        del line["location"]
    assert wrong(answer, located=False) == []


def test_the_text_must_be_that_of_the_json() -> None:
    assert complaints(SCAN, Beside("word-1\n", right(), {}), located=True) == [
        "the words of the text are not those of the JSON"
    ]


def test_a_scan_that_cannot_be_read_must_fail_for_its_reason() -> None:
    nothing = Beside(None, {}, {})
    failed = replace(nothing, failure={"code": "encrypted", "message": "it is locked"})
    assert complaints(LOCKED, failed, located=True) == []
    assert complaints(SCAN, failed, located=True) == ["ended as encrypted: it is locked"]
    assert complaints(LOCKED, nothing, located=True) == ["ended as None: None"]
    assert complaints(LOCKED, replace(failed, text=""), located=True) != []
