"""Turns the service's answer to a page into a reading or an error.

Nothing that the service sends is trusted. An invalid answer becomes a `TransientError`, as its
cause is an overload, maintenance, or a page of a proxy.
"""

from __future__ import annotations

import json
import math
import re
import threading
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, NoReturn

from ocr_watcher.engine.baidu.codes import error_for
from ocr_watcher.errors import EngineError, OversizeError, TransientError
from ocr_watcher.values.dialect import line_of
from ocr_watcher.values.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ocr_watcher.engine.baidu.client import Answer
    from ocr_watcher.values.reading import Line

_OK = 200
_TOO_LARGE = 413
_TOO_MANY = 429
_SERVER_ERROR = 500

_MOST_LINES = 20_000
"""The most lines of a page: a broadsheet newspaper has two thousand."""
_MOST_VALUES = 400_000
"""The most values of an answer, which has at most as many values as commas and opening brackets.
Each character with its place takes seven, and the densest page has 30,000 characters. Without this
limit, 16 MB of JSON with values of two bytes would become objects of a hundred bytes and more
each."""
_LARGE = 256 * 1024
"""The bytes of an answer from which only one answer is parsed at a time, over all threads."""
_parsing_a_large_one = threading.Lock()

_DEEPEST = 32
_NESTED = (dict, list)
_INTEGER_BITS = 64
_SURROGATE = re.compile("[\ud800-\udfff]")
_NEEDLESS_ESCAPE = re.compile(r"\\[u/]")
"""An escape in JSON. Any character can be written as one (RFC 8259, section 7), which could hide a
secret."""


def unmasked(text: str) -> str:
    """Return a text unchanged, for texts that cannot contain a secret."""
    return text


def reading(answer: Answer, mask: Callable[[str], str] = unmasked) -> Reading:
    """Return the reading in the answer to a page.

    Args:
        answer: The answer.
        mask: A function that takes secrets out of it.

    Raises:
        EngineError: The service refused, or sent an invalid answer.
    """
    fields = json_object(answer, mask)
    lines = fields.pop("words_result", None)
    number = fields.pop("words_result_num", None)
    if lines is None and number in (0, "0"):
        lines = []
    if not isinstance(lines, list):
        raise malformed("words_result is no list")
    if len(lines) > _MOST_LINES:
        raise malformed(f"the page has more than {_MOST_LINES} lines")
    return Reading(lines=tuple(_line(entry) for entry in lines), details=fields)


def json_object(answer: Answer, mask: Callable[[str], str] = unmasked) -> dict[str, Any]:
    """Return the JSON object of a successful answer.

    Args:
        answer: The answer.
        mask: A function that takes secrets out of it.

    Raises:
        EngineError: The HTTP status or an ``error_code`` reports a fault, or the body is no JSON
            object.
    """
    if answer.status != _OK:
        raise _refusal(answer, mask)
    fields = parse(answer.body, mask)
    if error := service_error(fields):
        raise error
    return fields


def parse(body: bytes, mask: Callable[[str], str] = unmasked) -> dict[str, Any]:
    """Parse a JSON object of bounded size and depth, without NaN and lone surrogates.

    Args:
        body: The bytes of an answer.
        mask: A function that takes secrets out of a text.

    Raises:
        TransientError: The body is something else.
    """
    if sum(map(body.count, (b",", b"{", b"["))) > _MOST_VALUES:
        raise malformed(f"it has more than {_MOST_VALUES} values")
    try:
        with _parsing_a_large_one if len(body) > _LARGE else nullcontext():
            fields = _parsed(body.decode(), mask)
    except (ValueError, RecursionError):
        fields = None
    # Raised here, so that the error has no context that keeps the bytes of the answer.
    if not isinstance(fields, dict):
        raise malformed("the body is no JSON object" if body else "the body is empty")
    return fields


def service_error(fields: dict[str, Any]) -> EngineError | None:
    """Return the error of the ``error_code`` in an answer; None if there is none."""
    code = fields.get("error_code")
    if code in (None, 0, "0"):
        return None
    if not isinstance(code, int | str) or isinstance(code, bool):
        return malformed("error_code is neither a number nor text")
    return error_for(code, str(fields.get("error_msg") or ""))


def malformed(what: str) -> TransientError:
    """Return the error for an invalid answer."""
    return TransientError(
        "malformed-answer",
        f"the service's answer is invalid: {what}",
        advice="if this stays, check baidu.base_url, and whether a proxy answers in its place",
    )


def _refusal(answer: Answer, mask: Callable[[str], str]) -> EngineError:
    try:
        told = service_error(parse(answer.body, mask))
    except TransientError:
        told = None
    return told or status_error(answer.status)


def status_error(status: int) -> EngineError:
    """Return the error for an HTTP status without a JSON error."""
    code, message = f"http-{status}", f"the service answered with HTTP status {status}"
    if status == _TOO_LARGE:
        return OversizeError(code, message, advice="lower baidu.max_body_bytes")
    if status == _TOO_MANY or status >= _SERVER_ERROR:
        return TransientError(code, message)
    return TransientError(
        code, message, advice="if this stays, check baidu.base_url and any proxy on the way"
    )


def _line(entry: Any) -> Line:
    words = entry.pop("words", None) if isinstance(entry, dict) else None
    if not isinstance(words, str):
        raise malformed("a line has no words")
    return line_of(words, entry)


def _whole_number(digits: str) -> int:
    number = int(digits)
    if number.bit_length() > _INTEGER_BITS:
        raise ValueError
    return number


def _finite_number(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError
    return number


def _no_constant(_name: str) -> NoReturn:
    raise ValueError


_DECODER = json.JSONDecoder(
    parse_int=_whole_number, parse_float=_finite_number, parse_constant=_no_constant
)


def _parsed(text: str, mask: Callable[[str], str]) -> Any:
    """Parse JSON without values that other parts of the program cannot handle.

    If the text has unnecessary escapes, which could hide a secret, it is encoded again without
    them, and lone surrogates are replaced. Then secrets are masked. A text that was changed by
    either is parsed again.

    Raises:
        ValueError: It is no JSON, has NaN or an infinite number, or is nested too deeply.
        RecursionError: It is nested far too deeply.
    """
    value = _DECODER.decode(text)
    if _is_too_deep(value):
        raise ValueError
    plain = text
    if _NEEDLESS_ESCAPE.search(text):
        plain = _SURROGATE.sub("\ufffd", json.dumps(value, ensure_ascii=False))
    clean = mask(plain)
    return value if clean is text else _DECODER.decode(clean)


def _is_too_deep(value: Any) -> bool:
    """Return whether a value is nested too deeply; it is searched level by level."""
    level: list[Any] = [[value]]
    for _ in range(_DEEPEST + 1):
        level = [part for whole in level for part in _parts(whole) if isinstance(part, _NESTED)]
        if not level:
            return False
    return True


def _parts(whole: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return whole.values() if isinstance(whole, dict) else whole
