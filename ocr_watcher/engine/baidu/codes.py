"""The service's error codes: the class and the advice of each.

The codes are those of https://ai.baidu.com/ai-doc/OCR/dkibizxnx (errors) and of users' reports.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from ocr_watcher.errors import (
    AccountError,
    DoubtfulImageError,
    DoubtfulServiceError,
    EndpointError,
    EngineError,
    ImageError,
    OversizeError,
    QuotaError,
    RateError,
    RequestError,
    TokenError,
    TransientError,
    UnknownCodeError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST_MESSAGE = 200
_LONGEST_CODE = 40
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)

_CONSOLE = "https://console.bce.baidu.com/ai/#/ai/ocr/overview/index"


@dataclass(frozen=True, slots=True)
class Fault:
    """The meaning of an error code for this program.

    Attributes:
        error: The class of the error, which shows who can act.
        advice: What the operator can do; empty if there is nothing to do.
    """

    error: type[EngineError]
    advice: str


_TABLE: tuple[tuple[type[EngineError], str, tuple[int, ...]], ...] = (
    (
        TokenError,
        "if this stays, check baidu.api_key and baidu.secret_key against the application's page",
        (100, 110, 111),
    ),
    (
        TransientError,
        "",
        (1, 2, 4, 13, 216300, 216400, 216401, 216402, 216500, 282001, 282018),
    ),
    (
        DoubtfulServiceError,  # with too much text on a page, mostly
        "try another endpoint, or scan the page in parts: it may hold too much text for this one",
        (282000,),
    ),
    (
        RateError,
        (
            "lower baidu.qps to the rate of the account, which all its applications share (2 "
            f"without payment); if it never ends, claim the free quota at {_CONSOLE} and complete "
            "the verification of the account"
        ),
        (18,),
    ),
    (
        QuotaError,
        (
            f"buy calls or turn on payment by use at {_CONSOLE}, choose another baidu.endpoint, or "
            "wait for the next free grant"
        ),
        (17, 19, 216604),
    ),
    (
        EndpointError,
        (
            f"open the application at {_CONSOLE} (application list, edit), tick this interface of "
            "OCR and save; it may take minutes to come into force"
        ),
        (6,),
    ),
    (
        AccountError,
        (
            "check that baidu.api_key and baidu.secret_key belong to one application that still "
            f"exists at {_CONSOLE}, and that this machine's clock is right"
        ),
        (14, 15, 216110, 216111),
    ),
    (
        AccountError,
        (
            "check that baidu.iam_api_key is whole, and that it is still on the list of API keys "
            "in the console of the cloud's IAM; keys for a short time expire"
        ),
        (23,),
    ),
    (
        AccountError,
        f"the service is switched off for this account: turn it on at {_CONSOLE}",
        (216015,),
    ),
    (
        RequestError,
        "check baidu.base_url and baidu.endpoint: the service does not know this method",
        (3,),
    ),
    (
        RequestError,
        (
            "check baidu.options against the endpoint: names and values are lower or upper case "
            "exactly as documented"
        ),
        (216101, 216102, 282003, 282110),
    ),
    (
        OversizeError,
        "scan at a lower resolution, or lower baidu.max_side_pixels and baidu.max_body_bytes",
        (216202, 216205),
    ),
    (
        ImageError,
        (
            "open the picture in a viewer; if it looks right, save it anew as JPEG or PNG, else "
            "scan it again"
        ),
        (
            *(216100, 216103, 216200, 216201, 216203, 216308, 216603, 282002),
            *(282100, 282101, 282102, 282103, 282111, 282112, 282113, 282114),
        ),
    ),
    (
        DoubtfulImageError,
        "scan it again, or split a page with very much text",
        (216306, 216630, 216631, 216632, 216633, 216634, 216635, 282810),
    ),
)

_UNKNOWN = Fault(
    UnknownCodeError,
    "look the code up at https://ai.baidu.com/ai-doc/OCR/dkibizxnx; this program does not know it",
)

FAULTS: Mapping[int, Fault] = MappingProxyType(
    {code: Fault(error, advice) for error, advice, codes in _TABLE for code in codes}
)
"""Every known error code."""

_OWN_CODES: Mapping[str, type[EngineError]] = {
    "malformed-answer": TransientError,
    "answer-too-large": TransientError,
    "unasked-answer": TransientError,
    "proxy": TransientError,
    "tls": TransientError,
    "unreachable": TransientError,
    "timeout": TransientError,
    "connection": TransientError,
    "http": TransientError,
    "http-413": OversizeError,
    "http-429": TransientError,
    "http-500": TransientError,
    "http-502": TransientError,
    "http-503": TransientError,
    "http-504": TransientError,
    "body-too-large": OversizeError,
    "invalid_client": AccountError,
}
"""The codes of this program for faults of a call without a code of the service."""

CODES: Mapping[str, type[EngineError]] = MappingProxyType(
    {**{str(code): fault.error for code, fault in FAULTS.items()}, **_OWN_CODES}
)
"""Every code with which a call may fail, as text, except rare HTTP statuses."""


def error_for(code: int | str, message: str) -> EngineError:
    """Return the error for a code that the service answered.

    Args:
        code: Its ``error_code``; a string of digits counts as the number.
        message: Its ``error_msg``, which is untrusted.

    Returns:
        The error to raise. An unknown code may be the fault of the image.
    """
    known = _code(code)
    fault = FAULTS.get(known, _UNKNOWN) if isinstance(known, int) else _UNKNOWN
    told = one_line(message) or "the service gave no reason"
    return fault.error(known, f"error {known}: {told}", advice=fault.advice)


def one_line(text: str, longest: int = _LONGEST_MESSAGE) -> str:
    """Return untrusted text fit for a log: one line, bounded, without control characters."""
    line = _CONTROL.sub(" ", text[: 4 * longest]).strip()
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _code(code: int | str) -> int | str:
    if isinstance(code, int):
        return code
    stripped = code.strip()
    return int(stripped) if _NUMBER.fullmatch(stripped) else one_line(stripped, _LONGEST_CODE)
