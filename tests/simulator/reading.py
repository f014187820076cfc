"""The answer of a success, in the service's shape."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from tests.simulator.facts import LOCATED

if TYPE_CHECKING:
    from collections.abc import Mapping

_LINE_HEIGHT, _CHARACTER_WIDTH = 18, 9


def success(endpoint: str, words: str, options: Mapping[str, str]) -> dict[str, Any]:
    """What the service answers to a picture with these words."""
    lines = words.splitlines()
    answer: dict[str, Any] = {
        "words_result": [
            _line(endpoint, number, line, options) for number, line in enumerate(lines)
        ],
        "words_result_num": len(lines),
        # Half of them exceed 2**63, as the service's do.
        "log_id": secrets.randbits(64),
    }
    if options.get("detect_direction") == "true":
        answer["direction"] = 0
    if options.get("detect_language") == "true":
        answer["language"] = 3
    if options.get("paragraph") == "true":
        answer["paragraphs_result"] = [{"words_result_idx": list(range(len(lines)))}]
        answer["paragraphs_result_num"] = 1
    return answer


def _line(endpoint: str, number: int, words: str, options: Mapping[str, str]) -> dict[str, Any]:
    line: dict[str, Any] = {"words": words}
    if endpoint in LOCATED:
        line["location"] = _box(0, number, len(words))
        if options.get("recognize_granularity") == "small":
            line["chars"] = [
                {"char": char, "location": _box(column, number, 1)}
                for column, char in enumerate(words)
            ]
    if options.get("vertexes_location") == "true":
        line["vertexes_location"] = _corners(_box(0, number, len(words)))
    if options.get("probability") == "true":
        line["probability"] = {"average": 0.99, "min": 0.95, "variance": 0.0004}
    return line


def _box(column: int, row: int, columns: int) -> dict[str, int]:
    return {
        "left": 2 + column * _CHARACTER_WIDTH,
        "top": 2 + row * _LINE_HEIGHT,
        "width": columns * _CHARACTER_WIDTH,
        "height": _LINE_HEIGHT,
    }


def _corners(box: Mapping[str, int]) -> list[dict[str, int]]:
    left, top = box["left"], box["top"]
    right, bottom = left + box["width"], top + box["height"]
    return [
        {"x": x, "y": y} for x, y in ((left, top), (right, top), (right, bottom), (left, bottom))
    ]
