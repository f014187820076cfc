from __future__ import annotations

import subprocess
import sys

import pytest

from ocr_watcher.engine.baidu.endpoints import ENDPOINTS


def test_every_endpoint_of_the_settings_is_known_under_its_own_name() -> None:
    assert list(ENDPOINTS) == [
        *("general_basic", "general", "accurate_basic", "accurate"),
        *("webimage", "handwriting", "numbers"),
    ]
    assert all(name == endpoint.name for name, endpoint in ENDPOINTS.items())


@pytest.mark.parametrize(
    ("name", "body_bytes", "longest_side"),
    [
        ("general_basic", 7_900_000, 4096),
        ("general", 7_900_000, 4096),
        ("accurate_basic", 9_500_000, 8192),
        ("accurate", 9_500_000, 8192),
        ("webimage", 7_900_000, 4096),
        ("handwriting", 7_900_000, 4096),
        ("numbers", 7_900_000, 4096),
    ],
)
def test_limits_are_the_documented_ones(name: str, body_bytes: int, longest_side: int) -> None:
    endpoint = ENDPOINTS[name]
    assert (endpoint.body_bytes, endpoint.longest_side) == (body_bytes, longest_side)


def test_options_the_endpoint_takes_are_no_problem() -> None:
    options = {"language_type": "auto_detect", "paragraph": "true", "recognize_granularity": "big"}
    assert ENDPOINTS["accurate"].problems(options) == []


def test_an_option_of_other_endpoints_is_named_with_those_that_take_it() -> None:
    assert ENDPOINTS["accurate_basic"].problems({"detect_language": "true"}) == [
        "detect_language: general_basic, general, webimage take it, accurate_basic does not"
    ]


def test_an_option_of_one_other_endpoint_is_named_with_that_one() -> None:
    assert ENDPOINTS["numbers"].problems({"detect_alteration": "true"}) == [
        "detect_alteration: handwriting takes it, numbers does not"
    ]


def test_an_option_nobody_takes_is_named() -> None:
    assert ENDPOINTS["general"].problems({"colour": "true"}) == ["colour: no endpoint takes it"]


@pytest.mark.parametrize("value", ["True", "1", "", "yes"])
def test_a_wrong_value_is_named_with_the_right_ones(value: str) -> None:
    assert ENDPOINTS["webimage"].problems({"detect_direction": value}) == [
        f"detect_direction: webimage takes true, false, not {value!r}"
    ]


def test_a_language_of_the_accurate_endpoints_is_wrong_for_the_general_ones() -> None:
    (problem,) = ENDPOINTS["general_basic"].problems({"language_type": "DAN"})
    assert problem.startswith("language_type: general_basic takes CHN_ENG, ENG, ")
    assert ENDPOINTS["accurate"].problems({"language_type": "DAN"}) == []


def test_all_problems_are_told_at_once() -> None:
    assert len(ENDPOINTS["numbers"].problems({"paragraph": "true", "detect_direction": "x"})) == 2


def test_reading_the_table_loads_nothing_heavy() -> None:
    program = (
        "import sys, ocr_watcher.engine.baidu.endpoints\n"
        "print([m for m in ('requests', 'urllib3', 'PIL') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert run.stdout == b"[]\n"
