"""Escape text so that Markdown shows it as it is.

Characters that would be read as Markdown are escaped. The rules are those of CommonMark 0.31.2
(section 2.4, "Backslash escapes") and of GitHub Flavored Markdown 0.29 (sections 4.10, "Tables",
and 6.5, "Strikethrough"). Other characters are not escaped, so that programs which read the file as
text find few escapes in it. HTML becomes entities, as older dialects of Markdown know no backslash
before it.
"""

from __future__ import annotations

import re

_ANYWHERE = re.compile(r"[\\`*\[\]~]|(?<![^\W_])_|_(?![^\W_])")
"""An underscore between letters or digits marks no emphasis (section 6.2)."""

_ENTITY = re.compile(r"&(?=#?\w{1,32};)")

_BLOCK = re.compile(r"([0-9]{1,9})(?=[.)](?: |$))|(?=[#>]|[-+](?: |$)|[-=:| ]+$)")
"""The beginning of an item of a list, a heading or a quotation (sections 5.2, 4.2 and 5.1), a line
below a heading or the head of a table, or a thematic break. The character to escape follows it.
"""

_CLOSING = re.compile("(?<= )(?=#+$)")
"""Signs that end a heading are not part of it (section 4.2)."""

_WORD = re.compile("[^ ]+")
_ESCAPE = re.compile(r"\\|&(?:amp|lt);")
_ADDRESS = re.compile(r"(?:https?|ftp)(?=://)|www(?=\.)", re.IGNORECASE)
"""A text that GitHub makes a link, in which escapes have no effect (section 6.9 of its
specification)."""

_SPACES = re.compile(" +")


def line(text: str) -> str:
    """Escape a line of a paragraph, or of an item of a list."""
    escaped = _within(text)
    found = _BLOCK.match(escaped)
    return f"{found[0]}\\{escaped[found.end() :]}" if found else escaped


def heading(text: str) -> str:
    """Escape the text of a heading."""
    return _CLOSING.sub(r"\\", line(text))


def cell(text: str) -> str:
    """Escape the text of a cell of a table."""
    return _within(text).replace("|", r"\|")


def _within(text: str) -> str:
    """Escape characters that have a meaning anywhere in a text; remove spaces that have none."""
    plain = _SPACES.sub(" ", text).strip(" ").encode("utf-8", "replace").decode()
    escaped = _ANYWHERE.sub(r"\\\g<0>", plain)
    escaped = _ENTITY.sub("&amp;", escaped).replace("<", "&lt;")
    return _WORD.sub(_without_link, escaped)


def _without_link(word: re.Match[str]) -> str:
    """Return a word; if it would be a link with escapes in it, it is changed so that it is none."""
    link = _ADDRESS.search(word[0])
    if link is None or not _ESCAPE.search(word[0], link.end()):
        return word[0]
    return _ADDRESS.sub(r"\g<0>\\", word[0])
