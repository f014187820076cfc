"""The facts of the service as its documentation has them, apart from the program's own tables."""

from __future__ import annotations

_BASIC = ["CHN_ENG", "ENG", "JAP", "KOR", "FRE", "SPA", "POR", "GER", "ITA", "RUS"]
_ACCURATE = [
    *_BASIC,
    *[
        "auto_detect",
        "DAN",
        "DUT",
        "MAL",
        "SWE",
        "IND",
        "POL",
        "ROM",
        "TUR",
        "GRE",
        "HUN",
        "THA",
        "VIE",
        "ARA",
        "HIN",
    ],
]
_BOOLEAN = ["true", "false"]
_SIZES = ["big", "small"]
_ENGLISH = ["word", "letter"]

SHORTEST_SIDE = 15
LONGEST_SIDE = {"accurate_basic": 8192, "accurate": 8192}
OTHER_LONGEST_SIDE = 4096
BODY_BYTES = {"accurate_basic": 10_000_000, "accurate": 10_000_000}
OTHER_BODY_BYTES = 8_000_000
LOCATED = {"general", "accurate", "handwriting", "numbers"}

_DIRECTION = {"detect_direction": _BOOLEAN}
_TEXT = _DIRECTION | {"paragraph": _BOOLEAN, "probability": _BOOLEAN}
_MULTI = {"multidirectional_recognize": _BOOLEAN}
_CHARACTERS = {"recognize_granularity": _SIZES, "eng_granularity": _ENGLISH}
_PLACES = _CHARACTERS | {"vertexes_location": _BOOLEAN, "char_probability": _BOOLEAN}
_LANGUAGE = {"detect_language": _BOOLEAN}

OPTIONS: dict[str, dict[str, list[str]]] = {
    "general_basic": {"language_type": _BASIC} | _TEXT | _LANGUAGE | _MULTI,
    "general": {"language_type": _BASIC} | _TEXT | _LANGUAGE | _MULTI | _PLACES,
    "accurate_basic": {"language_type": _ACCURATE} | _TEXT | _MULTI,
    "accurate": {"language_type": _ACCURATE} | _TEXT | _MULTI | _PLACES,
    "webimage": _DIRECTION | _LANGUAGE,
    "handwriting": {"language_type": _ACCURATE, "probability": _BOOLEAN}
    | _DIRECTION
    | _CHARACTERS
    | {"detect_alteration": _BOOLEAN},
    "numbers": _DIRECTION | {"recognize_granularity": _SIZES},
}

MESSAGES: dict[int, str] = {
    1: "Unknown error",
    2: "Service temporarily unavailable",
    3: "Unsupported openapi method",
    4: "Open api request limit reached",
    6: "No permission to access data",
    17: "Open api daily request limit reached",
    18: "Open api qps request limit reached",
    23: "IAM API-KEY authentication failed",
    19: "Open api total request limit reached",
    100: "Invalid parameter",
    110: "Access token invalid or no longer valid",
    111: "Access token expired",
    216100: "invalid param",
    216101: "not enough param",
    216200: "empty image",
    216201: "image format error",
    216202: "image size error",
    282000: "internal error",
}
