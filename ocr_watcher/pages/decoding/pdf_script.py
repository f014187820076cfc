"""Text that is not written from left to right."""

from __future__ import annotations

import re
import unicodedata

TO_THE_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff]")
"""The blocks of scripts that are written from right to left: Hebrew, Arabic, Syriac and more."""


def turned_round(text: str) -> str:
    """Return a word of a script that is written to the left, given from left to right.

    Numbers and Latin words in it keep their order, and combining marks stay after their letter.
    """
    parts: list[str] = []
    for character in text:
        joins = parts and (
            unicodedata.combining(character)
            or (_runs_right(character) and _runs_right(parts[-1][0]))
        )
        if joins:
            parts[-1] += character
        else:
            parts.append(character)
    return "".join(reversed(parts))


def _runs_right(character: str) -> bool:
    return unicodedata.bidirectional(character) in {"L", "EN", "AN"}


def is_ideograph(text: str) -> bool:
    """Return whether a text is one character as wide as high, like those of vertical writing."""
    return len(text) == 1 and unicodedata.east_asian_width(text) in {"W", "F"}
