"""Marks the words of a search in a line."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr_watcher.index.folding import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

LONGEST_LINE = 400
"""The most characters of a line that are used; the rest is left out."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a line.

    Attributes:
        text: Its characters.
        is_marked: Whether it is one of the words.
    """

    text: str
    is_marked: bool = False


def marked(line: str, words: Iterable[str]) -> list[Part]:
    """Return the parts of a line; parts with one of the words are marked.

    Words are compared like in the index. Case does not matter, nor do variants that are compatible
    in Unicode, such as the wide forms of Chinese typesetting. The time is bounded by the length of
    the line, whatever its characters.

    Args:
        line: The line.
        words: The words.
    """
    line = line[:LONGEST_LINE]
    clusters = list(_clusters(line))
    parts = [folded(cluster) for cluster in clusters]
    text = "".join(parts)
    owner = [number for number, part in enumerate(parts) for _ in part]
    hit = [False] * len(clusters)
    for word in map(folded, words):
        for start in _places(text, word):
            for number in range(owner[start], owner[start + len(word) - 1] + 1):
                hit[number] = True
    return list(_joined(clusters, hit))


def _clusters(line: str) -> Iterator[str]:
    """Yield each character with the marks that combine with it."""
    start = 0
    for at in range(1, len(line)):
        if not unicodedata.combining(line[at]):
            yield line[start:at]
            start = at
    if line:
        yield line[start:]


def _places(text: str, word: str) -> Iterator[int]:
    at = text.find(word) if word else -1
    while at >= 0:
        yield at
        at = text.find(word, at + len(word))


def _joined(clusters: Sequence[str], hit: Sequence[bool]) -> Iterator[Part]:
    start = 0
    for at in range(1, len(clusters) + 1):
        if at == len(clusters) or hit[at] != hit[start]:
            yield Part("".join(clusters[start:at]), hit[start])
            start = at
