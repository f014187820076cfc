"""Compares a text with the truth of a page: words, characters, rows, and the order of blocks.

A word is a run of the letters a to z and of digits; capitals do not matter. On a page whose truth
has Chinese characters or Japanese kana, each of those is a word as well. No space is needed between
two of them.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import astuple, dataclass
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from rapidfuzz.distance import Levenshtein

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    _Words = Sequence[str]

Row = tuple[str, ...]
Block = tuple[Row, ...]
"""The rows from top to bottom, each with the texts of its boxes from left to right."""

_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
"""The kana and the unified ideographs of the basic plane (Unicode's blocks)."""
_HAS_IDEOGRAPHS = re.compile(f"[{_IDEOGRAPHS}]")
_LATIN = re.compile(r"[a-z0-9]+")
_MIXED = re.compile(rf"[a-z0-9]+|[{_IDEOGRAPHS}]")
_NEEDLESS_SPACE = re.compile(rf"(?<=[{_IDEOGRAPHS}]) (?=[{_IDEOGRAPHS}])")


@dataclass(frozen=True, slots=True)
class Score:
    """Counts over one page or several.

    Attributes:
        hits: The number of words of the truth that are in the text, each as often as in both.
        wanted: The number of words of the truth.
        got: The number of words of the text.
        wrong: The least number of characters to insert, delete or replace (Levenshtein's distance)
            between the words of the truth in reading order and those of the text. Two words have a
            space between them.
        characters: The number of characters of the truth's words, with these spaces.
        rows: The number of rows of two or more boxes.
        whole: The number of these rows of which one line of the text has all words, in order.
        read: The number of rows of two or more boxes whose words are all somewhere in the text.
        read_whole: The number of those that are whole, too.
        told: The number of rows, of any number of boxes, that have a word which stands once on the
            page and once in the text.
        joined: The number of those that such words place on a line together with another row.
        ordered: The number of pages of two or more blocks.
        in_order: The number of those whose blocks follow each other in reading order.
    """

    hits: int = 0
    wanted: int = 0
    got: int = 0
    wrong: int = 0
    characters: int = 0
    rows: int = 0
    whole: int = 0
    read: int = 0
    read_whole: int = 0
    told: int = 0
    joined: int = 0
    ordered: int = 0
    in_order: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    @property
    def recall(self) -> float:
        """The share of the truth's words that were read."""
        return _share(self.hits, self.wanted)

    @property
    def precision(self) -> float:
        """The share of the text's words that are true."""
        return _share(self.hits, self.got)

    @property
    def f1(self) -> float:
        """The harmonic mean of recall and precision of words."""
        return _share(2 * self.hits, self.wanted + self.got)

    @property
    def character_error(self) -> float:
        """The number of wrong characters, divided by the number of the truth's characters."""
        return _share(self.wrong, self.characters)

    @property
    def rows_whole(self) -> float:
        """The share of rows of two or more boxes that stand on one line."""
        return _share(self.whole, self.rows)

    @property
    def read_rows_whole(self) -> float:
        """The same share of the rows whose words were all read."""
        return _share(self.read_whole, self.read)

    @property
    def rows_joined(self) -> float:
        """The share of rows that share a line with another one."""
        return _share(self.joined, self.told)

    @property
    def order(self) -> float:
        """The share of pages of two or more blocks whose order is right."""
        return _share(self.in_order, self.ordered)


def score(truth: Sequence[Block], text: str) -> Score:
    """Compare a text with the truth of its page.

    Args:
        truth: The blocks of the page, in reading order.
        text: The text that was read.
    """
    word = _MIXED if has_ideographs(truth) else _LATIN

    def words(said: str) -> list[str]:
        return word.findall(said.lower())

    blocks = [[words(" ".join(row)) for row in block] for block in truth]
    rows = list(chain(*blocks))
    several = [its for row, its in zip(chain(*truth), rows, strict=True) if len(row) > 1 and its]
    lines = [words(line) for line in text.splitlines()]
    got = list(chain(*lines))
    return (
        _of_words(list(chain(*rows)), got)
        + _of_whole_rows(several, lines, got)
        + _of_joined_rows(rows, lines)
        + _of_order([list(chain(*block)) for block in blocks], got)
    )


def has_ideographs(truth: Sequence[Block]) -> bool:
    """Return whether a page has Chinese characters or kana."""
    return any(map(_HAS_IDEOGRAPHS.search, chain(*chain(*truth))))


def _of_words(wanted: _Words, got: _Words) -> Score:
    line = _joined(wanted)
    return Score(
        hits=(Counter(wanted) & Counter(got)).total(),
        wanted=len(wanted),
        got=len(got),
        wrong=Levenshtein.distance(line, _joined(got)),
        characters=len(line),
    )


def _of_whole_rows(rows: Sequence[_Words], lines: Sequence[_Words], got: _Words) -> Score:
    whole = [any(_has(line, row) for line in lines) for row in rows]
    read = [Counter(row) <= Counter(got) for row in rows]
    return Score(
        rows=len(rows), whole=sum(whole), read=sum(read), read_whole=sum(map(min, whole, read))
    )


def _of_joined_rows(rows: Sequence[_Words], lines: Sequence[_Words]) -> Score:
    telling = _once(rows) & _once(lines)
    line_of = {word: number for number, line in enumerate(lines) for word in line}
    places = [{line_of[word] for word in row if word in telling} for row in rows]
    on_line = Counter(chain(*places))
    joined = [any(on_line[line] > 1 for line in its) for its in places if its]
    return Score(told=len(joined), joined=sum(joined))


def _of_order(blocks: Sequence[_Words], got: _Words) -> Score:
    if len(blocks) == 1:
        return Score()
    return Score(ordered=1, in_order=int(_are_in_order(blocks, got)))


def _joined(words: Iterable[str]) -> str:
    return _NEEDLESS_SPACE.sub("", " ".join(words))


def _has(line: _Words, words: _Words) -> bool:
    """Return whether a line has some words in their order, whatever stands between them."""
    rest = iter(line)
    return all(word in rest for word in words)


def _are_in_order(blocks: Sequence[_Words], got: _Words) -> bool:
    """Return whether each block ends in the text before the next begins.

    The words that stand once on the page and once in the text give the place of a block. If a block
    has words which stand once on the page, and none of them was read, the page is not in order.
    """
    on_page, in_text = _once(blocks), _once([got])
    places = {word: place for place, word in enumerate(got) if word in in_text}
    telling = [[word for word in block if word in on_page] for block in blocks]
    found = [[places[word] for word in words if word in places] for words in telling if words]
    return all(found) and all(max(one) < min(after) for one, after in pairwise(found))


def _once(parts: Iterable[_Words]) -> set[str]:
    """Return the words that stand once in all parts together."""
    return {word for word, times in Counter(chain(*parts)).items() if times == 1}


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
