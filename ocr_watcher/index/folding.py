"""Folds texts for searching, and splits them into grams; pure functions, bounded for any text.

Folding makes letters of both cases and of all widths alike: NFKC and case folding, as in Unicode
Standard Annex 15 and section 3.13 of the Unicode Standard. It changes no line feed or form feed, so
line n of the folded text is line n of the text.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_CHARACTERS = 2**20
"""The most characters of a text that are kept and searched. Few books have as many."""
MOST_WORDS = 16
LONGEST_WORD = 100
SHORT = 2
"""The length of the longest word that a table of trigrams cannot find."""
_MOST_GRAMS = 8
"""The most trigrams of a word that are looked up. They narrow the search down; the text decides."""

_MOST_SHORT_GRAMS = 2**17
"""The most pairs of characters of a text that are kept; a million characters of any script have
fewer."""

_PIECE = 2**14
_MOST_MARKS = 30
"""The most consecutive combining marks that are kept, as in the Stream-Safe Text Format (Unicode
Standard Annex 15, section 13). The time to sort a longer sequence grows with the square of its
length."""
_CONTROLS = re.compile("[\x00-\x09\x0b\x0e-\x1f\x7f]")
_LINE_END = re.compile("\r\n?")


def storable(text: str) -> str:
    """Return a text that can be stored and searched.

    Its line ends are line feeds, it has no control characters other than form feeds, and at most
    `MOST_CHARACTERS`. Lone surrogates, which UTF-8 cannot encode, become question marks.
    """
    text = _CONTROLS.sub(" ", _LINE_END.sub("\n", text[:MOST_CHARACTERS]))
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-8", "replace").decode()
    return text


def folded(text: str) -> str:
    """Return the first `MOST_CHARACTERS` of a folded text, as folding may make a text longer.

    The compatibility decomposition of one character has up to 18 characters (U+FDFA).
    """
    if text.isascii():
        return text.lower()
    pieces: list[str] = []
    left = MOST_CHARACTERS
    for start in range(0, len(text), _PIECE):
        piece = _fold(_with_few_marks(text[start : start + _PIECE]))[:left]
        pieces.append(piece)
        left -= len(piece)
        if left <= 0:
            break
    return "".join(pieces)


def words_of(typed: Iterable[str]) -> tuple[str, ...]:
    """Return the words to search for, folded, each once; at most `MOST_WORDS`.

    Args:
        typed: The text that a person typed; words are separated by white space.
    """
    words: dict[str, None] = {}
    for text in typed:
        for word in folded(storable(text[: LONGEST_WORD * MOST_WORDS])).split():
            words.setdefault(word[:LONGEST_WORD])
    return tuple(words)[:MOST_WORDS]


def short_grams(text: str) -> str:
    """Return all single characters and pairs of characters of a folded text, each once.

    Args:
        text: The folded text.

    Returns:
        The grams, with white space between two. A pair with white space is reduced to its other
        character, which is a gram by itself.
    """
    grams: set[str] = set()
    for start in range(0, len(text), _PIECE):
        piece = text[start : start + _PIECE + 1]  # which overlaps the next by a character
        grams.update(piece)
        grams.update(map("".join, pairwise(piece)))
        if len(grams) > _MOST_SHORT_GRAMS:
            break
    return " ".join(grams)


def trigrams(word: str) -> list[str]:
    """Return trigrams that each folded text with a word has; all of them for a short word."""
    starts = range(len(word) - SHORT)
    if len(starts) > _MOST_GRAMS:
        step = (len(starts) - 1) / (_MOST_GRAMS - 1)
        return [word[round(index * step) :][:3] for index in range(_MOST_GRAMS)]
    return [word[start : start + 3] for start in starts]


def _fold(text: str) -> str:
    composed = unicodedata.normalize("NFKC", text)
    return unicodedata.normalize("NFKC", composed.casefold())


def _with_few_marks(text: str) -> str:
    # A sequence of so many marks contains a position that is tested here, wherever it begins.
    if not any(map(unicodedata.combining, text[:: _MOST_MARKS // 2])):
        return text
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)
