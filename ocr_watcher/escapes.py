"""Characters that a terminal acts upon instead of showing them.

Among them are C1 controls, which start escape sequences as ESC does (ECMA-48, section 5.3), and
those that turn the direction of text, by which one thing is shown as another (Unicode Standard
Annex 9). Joiners stay, as whole scripts need them.
"""

from __future__ import annotations

import json
import re

_BEYOND_ASCII = (
    "\x7f-\x9f\xad\u061c\u070f\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001-\U000e007f"
)
_IN_JSON = re.compile(f"[{_BEYOND_ASCII}]")
_ON_A_TERMINAL = re.compile(f"[\x00-\x08\x0b\x0d-\x1f{_BEYOND_ASCII}]")
"""Tabs, line feeds and form feeds belong to a text."""


def escaped_in_json(encoded: str) -> str:
    r"""Write such characters in JSON as JSON can, so that it means the same: ``\u0085``."""
    return _IN_JSON.sub(lambda found: json.dumps(found[0])[1:-1], encoded)


def escaped_for_terminal(text: str) -> str:
    r"""Write such characters in a text as escapes: ``\x85``."""
    return _ON_A_TERMINAL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def printable(text: str) -> str:
    r"""Make a name fit for one line of a terminal, a log or JSON.

    Whatever is not printable, a newline or an undecodable byte, is shown as ``\n`` or ``\udcff``.
    """
    if text.isprintable():
        return text
    return "".join(
        character
        if character.isprintable()
        else character.encode("unicode_escape", "surrogatepass").decode("ascii")
        for character in text
    )
