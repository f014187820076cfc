"""The values of labels, each from a bounded set."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from ocr_watcher.errors import (
    AccountError,
    EndpointError,
    LimitError,
    OutageError,
    PausingError,
    QuotaError,
    RequestError,
    TokenError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ocr_watcher.errors import EngineError
    from ocr_watcher.values.pause import Pause

OK = "ok"
"""The code of a call without a fault."""
OTHER = "other"
"""The label of a code or reason that is in no table, as the service may answer anything."""
ALL = "all"
"""The label of the endpoint of a pause that stops all calls."""

# A class stands before those that it is derived from.
_REASONS: tuple[tuple[type[EngineError], str], ...] = (
    (LimitError, "daily_limit"),
    (QuotaError, "quota"),
    (EndpointError, "permission"),
    (AccountError, "account"),
    (TokenError, "account"),
    (OutageError, "outage"),
    (RequestError, "request"),
    (PausingError, "engine"),
)
REASONS = (*dict.fromkeys(reason for _, reason in _REASONS), OTHER)
"""Every reason of a pause."""

_OF_EVERY_ENGINE: Mapping[str, type[EngineError]] = MappingProxyType(
    {"daily-limit": LimitError, "outage": OutageError}
)


def code_label(code: str | None, known: Mapping[str, object]) -> str:
    """Return the label for the end of a call.

    Args:
        code: The code of the fault; None if the page was read.
        known: The known codes.
    """
    if code is None:
        return OK
    return code if code in known else OTHER


def reason_label(pause: Pause, known: Mapping[str, type[EngineError]]) -> str:
    """Return the reason of a pause.

    Args:
        pause: The pause.
        known: The codes with which calls are known to fail, each with the class of its error.
    """
    error = {**known, **_OF_EVERY_ENGINE}.get(pause.code, object)
    return next((reason for kind, reason in _REASONS if issubclass(error, kind)), OTHER)


def folder_label(root: str) -> str:
    r"""Return a folder's path; a byte that is not UTF-8 (PEP 383) is shown as ``\udcff``.

    The library escapes everything else.
    """
    return root.encode("utf-8", "backslashreplace").decode("utf-8")
