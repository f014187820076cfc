"""Escape the characters that a terminal acts upon instead of showing them.

Among them are C1 controls, which start escape sequences like ESC (ECMA-48, section 5.3). Others
change the direction of text, and can disguise a text as another one (Unicode Standard Annex 9).
Joiners are not escaped, as whole scripts need them.
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
"""Tabs, line feeds and form feeds are not among them, as they belong to a text."""


def escaped_in_json(encoded: str) -> str:
    r"""Escape such characters in encoded JSON, without changing its meaning: ``\u0085``."""
    return _IN_JSON.sub(lambda found: json.dumps(found[0])[1:-1], encoded)


def escaped_for_terminal(text: str) -> str:
    r"""Escape such characters in a text: ``\x85``."""
    return _ON_A_TERMINAL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def printable(text: str) -> str:
    r"""Return a name that fits on one line of a terminal, a log or JSON.

    Characters that are not printable become escapes, such as ``\n`` for a newline or ``\udcff`` for
    an undecodable byte.
    """
    if text.isprintable():
        return text
    return "".join(
        character
        if character.isprintable()
        else character.encode("unicode_escape", "surrogatepass").decode("ascii")
        for character in text
    )
