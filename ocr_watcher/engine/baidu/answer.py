"""What the service answered to a page, made into a reading or an error.

Nothing the service sends is trusted: whatever is no proper answer becomes a `TransientError`,
as a service that talks nonsense now is overloaded, under repair, or hidden by a proxy's page.
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
"""The most values of an answer, which has at most as many as commas and opening brackets. Each
character with its place takes seven, and the densest page has 30,000. So 16 MB of JSON, of which
each value of two bytes becomes an object of a hundred or more, is refused before it is parsed."""
_LARGE = 256 * 1024
"""Bytes of an answer from which on answers are parsed one at a time, for all threads."""
_parsing_a_large_one = threading.Lock()

_DEEPEST = 32
_NESTED = (dict, list)
_INTEGER_BITS = 64
_SURROGATE = re.compile("[\ud800-\udfff]")
_NEEDLESS_ESCAPE = re.compile(r"\\[u/]")
"""JSON can write any character in a second way (RFC 8259, section 7): secrets could hide so."""


def unmasked(text: str) -> str:
    """Return a text as it is, where it can hold no secret."""
    return text


def reading(answer: Answer, mask: Callable[[str], str] = unmasked) -> Reading:
    """Make the answer to a page into what was read on it.

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
    """Read the JSON object of a success.

    Args:
        answer: The answer.
        mask: A function that takes secrets out of it.

    Raises:
        EngineError: The HTTP status or an ``error_code`` tells of a fault, or the body is no
            JSON object.
    """
    if answer.status != _OK:
        raise _refusal(answer, mask)
    fields = parse(answer.body, mask)
    if error := service_error(fields):
        raise error
    return fields


def parse(body: bytes, mask: Callable[[str], str] = unmasked) -> dict[str, Any]:
    """Read a JSON object of bounded size and depth, with finite numbers, no lone surrogates.

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
            fields = _sound(body.decode(), mask)
    except (ValueError, RecursionError):
        fields = None
    # Raised out here, so that the bytes of the answer do not hang on the error as its context.
    if not isinstance(fields, dict):
        raise malformed("the body is no JSON object" if body else "the body is empty")
    return fields


def service_error(fields: dict[str, Any]) -> EngineError | None:
    """Return the error that an answer tells of in its ``error_code``; None if there is none."""
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
        f"the service's answer makes no sense: {what}",
        advice="if this stays, check baidu.base_url, and whether a proxy answers in its place",
    )


def _refusal(answer: Answer, mask: Callable[[str], str]) -> EngineError:
    try:
        told = service_error(parse(answer.body, mask))
    except TransientError:
        told = None
    return told or status_error(answer.status)


def status_error(status: int) -> EngineError:
    """The error for an HTTP status that no JSON explains."""
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


def _sound(text: str, mask: Callable[[str], str]) -> Any:
    """Read JSON that holds nothing which writers and readers further on would stumble over.

    Secrets and lone surrogates are looked for where no character is escaped without need, and what
    is without them is read anew.

    Raises:
        ValueError: It is no JSON, or holds such numbers, or is too deep.
        RecursionError: It is by far too deep.
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
    """Look at all that is nested equally deep at once: lines are many, and hold little."""
    level: list[Any] = [[value]]
    for _ in range(_DEEPEST + 1):
        level = [part for whole in level for part in _parts(whole) if isinstance(part, _NESTED)]
        if not level:
            return False
    return True


def _parts(whole: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return whole.values() if isinstance(whole, dict) else whole
