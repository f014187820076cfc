"""The line of a page that a search found."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ocr_watcher.service.web.transcript.text_page import TextLine

MOST_WORDS, LONGEST_WORD = 20, 100
_LONGEST_LINE = 1_000
"""Characters of a line that are searched. NFKC makes up to 18 characters of one (UAX 15, 12)."""


def folded(text: str) -> str:
    """Return a text without the differences that a search ignores: compatibility and case."""
    return unicodedata.normalize("NFKC", text[:_LONGEST_LINE]).casefold()


def words_from(typed: Iterable[str]) -> tuple[str, ...]:
    """Return the words of a query, as `has_a_word` and `best_line` take them."""
    words = [word for each in typed for word in each[:_LONGEST_LINE].split()]
    found = (folded(word[:LONGEST_WORD]) for word in words[:MOST_WORDS])
    return tuple(dict.fromkeys(filter(None, found)))


def number_of_words(line: TextLine, words: Sequence[str]) -> int:
    """Return how many of the words a line has.

    Args:
        line: The line.
        words: What `words_from` returned.
    """
    text = folded(line.text)
    return sum(word in text for word in words)


def best_line(lines: Iterable[TextLine], words: Sequence[str]) -> TextLine | None:
    """Return the first of the lines that have the most words and a place; None if none has."""
    placed = (line for line in lines if line.quad is not None)
    best = max(placed, key=lambda line: number_of_words(line, words), default=None)
    return best if best is not None and number_of_words(best, words) else None
