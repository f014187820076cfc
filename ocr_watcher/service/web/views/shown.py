"""Makes values safe for a template: hostile names, texts and dates, and numbers for people."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime

from markupsafe import Markup

from ocr_watcher.escapes import escaped_for_terminal, printable

_LONE_SURROGATES = re.compile("[\ud800-\udfff]")
_THIN_SPACE = "\N{NARROW NO-BREAK SPACE}"


def harmless(value: object) -> object:
    r"""Escape characters that no page may have, in a value that a template shows.

    The environment of the templates calls it for every expression. Control characters and those
    that change the direction of text become escapes such as ``\u202e``, as in the log. A byte of a
    name that is not UTF-8 (PEP 383) becomes ``\udcff``, as it cannot be encoded. The escaping of
    HTML comes after it.
    """
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return _LONE_SURROGATES.sub(
        lambda found: f"\\u{ord(found[0]):04x}", escaped_for_terminal(value)
    )


def name(value: str) -> str:
    """Return the name of a file or folder, fit for one line."""
    return printable(value)


def moment(seconds: object) -> datetime | None:
    """Return a time in the time zone of this machine; None if the value is no time."""
    if not isinstance(seconds, int | float) or not math.isfinite(seconds):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC).astimezone()
    except (OverflowError, ValueError, OSError):
        return None


def when(seconds: object) -> Markup:
    """Return an element for a time, in the time zone of this machine.

    The script shows it in the time zone and the notation of the reader.

    Args:
        seconds: The time in seconds since the epoch; any other value is shown as unknown.
    """
    at = moment(seconds)
    if at is None:
        return Markup("<span>at an unknown time</span>")
    return Markup('<time datetime="{}">{}</time>').format(
        at.isoformat(timespec="seconds"), at.strftime("%Y-%m-%d %H:%M")
    )


def number(value: int) -> str:
    """Return a number with spaces between its groups of three digits (ISO 80000-1)."""
    return f"{value:,}".replace(",", _THIN_SPACE)


def counted(value: int, one: str, several: str = "") -> str:
    """Return a number with the word for what it counts.

    Args:
        value: The number.
        one: The word for one.
        several: The word for other numbers; empty for the first word with an s.
    """
    return f"{number(value)} {one if value == 1 else several or one + 's'}"
