"""The answer of a success, in the service's shape."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from tests.simulator.facts import LOCATED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.simulator.images import Picture
    from tests.simulator.lines import Line


def success(endpoint: str, picture: Picture, options: Mapping[str, str]) -> dict[str, Any]:
    """What the service answers to a picture."""
    answer: dict[str, Any] = {
        "words_result": [_line(endpoint, line, options) for line in picture.lines],
        "words_result_num": len(picture.lines),
        # Half of them exceed 2**63, as the service's do.
        "log_id": secrets.randbits(64),
    }
    if options.get("detect_direction") == "true":
        answer["direction"] = picture.direction
    if options.get("detect_language") == "true":
        answer["language"] = 3
    if options.get("paragraph") == "true":
        answer["paragraphs_result"] = [{"words_result_idx": list(range(len(picture.lines)))}]
        answer["paragraphs_result_num"] = 1
    return answer


def _line(endpoint: str, line: Line, options: Mapping[str, str]) -> dict[str, Any]:
    told: dict[str, Any] = {"words": line.words}
    if endpoint in LOCATED:
        told["location"] = line.location
        if options.get("recognize_granularity") == "small":
            told["chars"] = [
                {"char": character, "location": location}
                for character, location in line.characters()
            ]
    if options.get("vertexes_location") == "true":
        told["vertexes_location"] = [{"x": round(x), "y": round(y)} for x, y in line.corners]
    if options.get("probability") == "true":  # it is not sure of what has a question mark
        average, least = (0.41, 0.2) if "?" in line.words else (0.99, 0.95)
        told["probability"] = {"average": average, "min": least, "variance": 0.0004}
    return told
